"""An account erased while moderators decide about it leaves nothing behind."""

from functools import partial

import pytest
from django.apps import apps
from django.db import IntegrityError

from analytics.models import Event
from posts.models import Appeal, Case, Decision, Post, Strike
from posts.services import (
    account_reinstate,
    account_suspend,
    appeal_add,
    appeal_overturn,
    comment_add,
    comment_hide,
    comment_restore,
    post_hide,
    post_restore,
)
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.threads import at_once
from profiles import tasks
from profiles.models import Erasure, User
from profiles.services import erasure_request
from socialml.core.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


def worker_erase(account_id):
    """Erase as the worker does: what fails on a row that came meanwhile is tried again."""
    for _ in range(20):
        try:
            return tasks.account_erase(account_id=account_id)
        except IntegrityError:
            continue
    raise AssertionError("The erasure never got through.")


def decisions_about(posts, comments, moderator):
    by = {"moderator_id": moderator.pk, "reason": "Spam", "at": NOON}
    account = {"account_id": posts[0].author_id, **by}
    return [
        *(
            partial(act, post_id=post.pk, **by)
            for post in posts
            for act in (post_hide, post_restore)
        ),
        *(
            partial(act, comment_id=comment.pk, **by)
            for comment in comments
            for act in (comment_hide, comment_restore)
        ),
        partial(account_suspend, **account),
        partial(account_reinstate, **account),
    ]


def named_anywhere(account_id):
    """Return the columns that still name the account."""
    names = {"user_id", "actor_id", "target_id", "author_id", "account_id"}
    return [
        f"{model._meta.label}.{column.attname}"
        for model in apps.get_models(include_auto_created=True)
        if model is not Erasure
        for column in model._meta.concrete_fields
        if column.attname in names
        and model._default_manager.filter(**{column.attname: account_id}).exists()
    ]


@pytest.mark.parametrize("turn", range(4))
def test_nothing_of_it_is_left_and_nothing_fails_otherwise(turn, settings):
    settings.SOCIALML_STRIKES_TO_SUSPEND = 3
    moderator, second, author, other = UserFactory.create_batch(4)
    posts = PostFactory.create_batch(5, author=author)
    theirs = PostFactory(author=other)
    comments = [
        comment_add(post_id=theirs.pk, author_id=author.pk, content=f"C {n}", at=NOON)
        for n in range(4)
    ]
    comment_add(post_id=theirs.pk, author_id=other.pk, content="Mine", at=NOON)
    post_hide(post_id=posts[0].pk, moderator_id=moderator.pk, reason="Spam", at=NOON)
    appeal = appeal_add(
        decision_id=Decision.objects.get().pk, account_id=author.pk, text="No", at=NOON
    )
    erasure_request(user_id=author.pk, at=NOON)
    calls = decisions_about(posts, comments, moderator)
    calls.append(
        partial(appeal_overturn, appeal_id=appeal.pk, moderator_id=second.pk, answer="So", at=NOON)
    )
    calls.insert(turn * 5, partial(worker_erase, author.pk))

    done = at_once(calls, threads=8)

    wrong = [one for one in done if isinstance(one, Exception)]
    assert not [one for one in wrong if not isinstance(one, DomainError | IntegrityError)]
    assert Erasure.objects.get(account_id=author.pk).state == "done"
    assert not User.objects.filter(pk=author.pk).exists()
    assert named_anywhere(author.pk) == []
    assert not (Decision.objects.exists() or Strike.objects.exists() or Appeal.objects.exists())
    assert not Case.objects.exists()
    assert list(Post.objects.values_list("pk", "comment_count")) == [(theirs.pk, 1)]
    assert not Event.objects.filter(target_id=author.pk).exists()
