"""One row and one event for each change of mind, however many act at once."""

from functools import partial

import pytest

from analytics.models import Event
from posts.models import Dismissal, Post
from posts.services import dismissal_add, dismissal_remove, post_delete
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_forty_wishes_by_one_person_are_one():
    post, viewer = PostFactory(), UserFactory()

    news = at_once([partial(dismissal_add, post_id=post.pk, user_id=viewer.pk, at=NOON)] * 40)

    assert sorted(news) == [False] * 39 + [True]
    assert Dismissal.objects.count() == Event.objects.filter(kind="dismissed").count() == 1


def test_wishing_and_taking_back_at_once_leaves_rows_and_events_agreed():
    post, viewers = PostFactory(), UserFactory.create_batch(3)
    calls = [
        partial(act, post_id=post.pk, user_id=viewer.pk, at=NOON)
        for _ in range(8)
        for viewer in viewers
        for act in (dismissal_add, dismissal_remove)
    ]

    news = at_once(calls)

    given, taken = (
        Event.objects.filter(kind=kind).count() for kind in ("dismissed", "undismissed")
    )
    assert not [one for one in news if isinstance(one, Exception)]
    assert sum(news) == given + taken
    assert Dismissal.objects.count() == given - taken


def test_a_post_deleted_meanwhile_leaves_nothing_behind():
    post, viewers = PostFactory(), UserFactory.create_batch(12)
    calls = [
        partial(dismissal_add, post_id=post.pk, user_id=viewer.pk, at=NOON) for viewer in viewers
    ]
    calls.insert(5, partial(post_delete, post_id=post.pk, author_id=post.author_id, at=NOON))

    at_once(calls, threads=8)

    assert not Post.objects.exists()
    assert not Dismissal.objects.exists()
