"""The second look at a text, by the encoder, after the request has answered."""

from datetime import timedelta

import pytest

from posts.models import Post
from posts.selectors import text_of
from posts.services import comment_add, comment_delete, post_create, post_delete, post_update
from posts.tasks import text_revise
from posts.tests.factories import NOON, UserFactory
from socialml.core.models import Job

pytestmark = pytest.mark.django_db

TEXT = "What a lovely morning by the sea"


def wanted():
    jobs = Job.objects.filter(task="posts.tasks.text_revise")
    return [job.kwargs for job in jobs.order_by("pk")]


def test_each_new_text_is_looked_at_again_and_what_it_says_is_stored():
    post = post_create(author_id=UserFactory().pk, content=TEXT, at=NOON)
    before = post.insights

    [job] = wanted()
    text_revise(**job)

    post.refresh_from_db()
    assert job == {"post_id": post.pk}
    assert before["model"].startswith("text-")
    assert post.insights["model"].startswith("encoder-")
    assert post.insights["sentiment"]["label"] == post.sentiment == "positive"
    assert post.insights.keys() == before.keys()


def test_a_comment_is_looked_at_again_too():
    post = post_create(author_id=UserFactory().pk, content=TEXT, at=NOON)
    comment = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="Nice!", at=NOON)

    text_revise(**wanted()[-1])

    comment.refresh_from_db()
    assert comment.insights["model"].startswith("encoder-")


def test_an_edit_is_looked_at_again_but_a_new_category_is_not():
    author = UserFactory()
    post = post_create(author_id=author.pk, content=TEXT, at=NOON)

    post_update(post_id=post.pk, author_id=author.pk, category="travel", at=NOON)
    assert len(wanted()) == 1
    post_update(post_id=post.pk, author_id=author.pk, content="Rain again", at=NOON)
    assert len(wanted()) == 2


def test_a_reel_without_words_has_nothing_to_look_at():
    post_create(author_id=UserFactory().pk, content="", kind=Post.Kind.REEL, at=NOON)

    assert wanted() == []


def test_what_was_deleted_meanwhile_is_left_alone():
    author = UserFactory()
    post = post_create(author_id=author.pk, content=TEXT, at=NOON)
    comment = comment_add(post_id=post.pk, author_id=author.pk, content="Nice!", at=NOON)
    comment_delete(
        post_id=post.pk, comment_id=comment.pk, actor_id=author.pk, at=NOON + timedelta(hours=1)
    )
    text_revise(comment_id=comment.pk)
    post_delete(post_id=post.pk, author_id=author.pk, at=NOON + timedelta(hours=1))

    text_revise(post_id=post.pk)

    assert (text_of(post_id=post.pk), text_of(comment_id=comment.pk)) == ("", "")
    assert not Post.objects.exists()


def test_without_the_encoder_the_first_verdict_stands(monkeypatch):
    post = post_create(author_id=UserFactory().pk, content=TEXT, at=NOON)
    monkeypatch.setattr("posts.tasks.texts_revised", lambda *given: None)

    text_revise(post_id=post.pk)

    post.refresh_from_db()
    assert post.insights["model"].startswith("text-")
