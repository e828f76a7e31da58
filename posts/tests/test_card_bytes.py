"""Cards as cached bytes: for whom, with which counts, and never after they should be gone."""

import orjson
import pytest

from posts.selectors import card_bytes, cards
from posts.services import (
    account_suspend,
    comment_add,
    post_delete,
    post_hide,
    post_restore,
    post_update,
    share_add,
)
from posts.tests.factories import NOON, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_first_byte_says_for_whom():
    public = PostFactory()
    private = PostFactory(author__is_private=True)
    gone = [
        PostFactory(moderation="held"),
        PostFactory(moderation="hidden"),
        PostFactory(moderation="processing"),
        PostFactory(author__is_active=False),
    ]

    found = card_bytes([public.pk, private.pk, *(post.pk for post in gone), 10**12])

    assert found[public.pk][:1] == b"0"
    assert found[private.pk][:1] == b"1"
    assert [found[pk] for pk in (*(post.pk for post in gone), 10**12)] == [b"-"] * 5


def test_with_the_marks_it_is_the_same_card():
    post = PostFactory(like_count=2, view_count=40, category="art", hashtags=["oil"])
    raw = card_bytes([post.pk])[post.pk]

    whole = orjson.loads(raw[1:] + b',"liked":false,"saved":false,"following":false}')

    assert whole == cards([post.pk], UserFactory().pk)[0]


@pytest.mark.parametrize("count", [1, 9])
def test_cards_missing_from_the_cache_take_one_query(count, django_assert_num_queries):
    posts = PostFactory.create_batch(count)

    with django_assert_num_queries(1):
        first = card_bytes([post.pk for post in posts])
    with django_assert_num_queries(0):
        second = card_bytes([post.pk for post in posts])

    assert first == second
    assert len(first) == count


CHANGES = {
    "edited": lambda post: post_update(
        post_id=post.pk, author_id=post.author_id, content="New words", at=NOON
    ),
    "hidden": lambda post: post_hide(
        post_id=post.pk, moderator_id=UserFactory().pk, reason="No", at=NOON
    ),
    "deleted": lambda post: post_delete(post_id=post.pk, author_id=post.author_id, at=NOON),
    "shared": lambda post: share_add(post_id=post.pk, user_id=UserFactory().pk, at=NOON),
    "commented": lambda post: comment_add(
        post_id=post.pk, author_id=UserFactory().pk, content="Ah", at=NOON
    ),
    "suspended": lambda post: account_suspend(
        account_id=post.author_id, moderator_id=UserFactory().pk, reason="Spam", at=NOON
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_post_is_not_answered_from_before(change, django_capture_on_commit_callbacks):
    post = PostFactory()
    before = card_bytes([post.pk])[post.pk]

    with django_capture_on_commit_callbacks(execute=True):
        CHANGES[change](post)

    assert card_bytes([post.pk])[post.pk] != before


def test_a_restored_post_is_back(django_capture_on_commit_callbacks):
    post, moderator = PostFactory(moderation="held"), UserFactory()
    assert card_bytes([post.pk])[post.pk] == b"-"

    with django_capture_on_commit_callbacks(execute=True):
        post_restore(post_id=post.pk, moderator_id=moderator.pk, reason="Fine", at=NOON)

    assert card_bytes([post.pk])[post.pk][:1] == b"0"
