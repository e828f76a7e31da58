"""A post of reduced reach: its author's followers meet it, nobody else is offered it."""

from datetime import timedelta

import pytest

from analytics.models import Trend
from analytics.selectors.bursts import bursts, examples
from mlengine.slates.catalogue import catalogue_load
from posts.models import Post
from posts.selectors import card_bytes, posts_page, shown_ids
from posts.selectors.feed import newest_page
from posts.selectors.posts import PostFilter
from posts.services import like_add, post_reduce, post_restore_reach
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reduced():
    post = PostFactory(hashtags=["bait"])
    moderator = UserFactory(is_staff=True)
    post_reduce(post_id=post.pk, moderator_id=moderator.pk, reason="Bait", at=NOON)
    return post


@pytest.fixture
def stranger():
    return UserFactory()


@pytest.fixture
def follower(reduced):
    return FollowFactory(followed=reduced.author).follower


def offered(viewer):
    return list(Post.objects.offered_to(viewer.pk if viewer else None))


def test_it_is_offered_to_followers_alone(reduced, stranger, follower):
    assert offered(follower) == [reduced]
    assert offered(stranger) == offered(None) == []


def newest(viewer, *, is_following=False):
    page = newest_page(
        viewer_id=viewer.pk, surface="feed", limit=10, place=None, is_following=is_following
    )
    return page.results


def test_a_feed_of_the_newest_has_it_for_followers_alone(reduced, stranger, follower):
    assert newest(stranger) == b"[]"
    assert b'"id":%d' % reduced.pk in newest(follower)
    assert b'"id":%d' % reduced.pk in newest(follower, is_following=True)


def test_whoever_looks_for_it_finds_it(reduced, stranger):
    page = posts_page(viewer_id=stranger.pk, narrow=PostFilter(hashtag="bait"))

    assert [card["id"] for card in page.results] == [reduced.pk]


def test_its_card_is_for_followers_from_the_next_read_on(
    reduced, django_capture_on_commit_callbacks
):
    assert card_bytes([reduced.pk])[reduced.pk][:1] == b"1"

    with django_capture_on_commit_callbacks(execute=True):
        post_restore_reach(
            post_id=reduced.pk, moderator_id=UserFactory().pk, reason="Fine", at=NOON
        )

    assert card_bytes([reduced.pk])[reduced.pk][:1] == b"0"


def test_slates_hold_it_to_be_for_followers_alone(reduced):
    other = PostFactory()

    catalogue = catalogue_load(at=NOON)

    closed = dict(zip(catalogue.ids.tolist(), catalogue.is_closed.tolist(), strict=True))
    assert closed == {reduced.pk: True, other.pk: False}


def test_it_supports_no_trend_until_its_reach_is_restored(reduced, stranger):
    like_add(post_id=reduced.pk, user_id=stranger.pk, at=NOON)
    asked = {"until": NOON + timedelta(hours=1), "window": timedelta(hours=24)}

    def trending():
        found = bursts(Trend.Kind.HASHTAG, **asked, earlier=0, fewest=1, in_all=0.0)
        shown = examples(Trend.Kind.HASHTAG, ["bait"], **asked, most=3)
        return [burst.name for burst in found], shown

    assert trending() == ([], {})
    assert shown_ids([reduced.pk], stranger.pk) == set()

    post_restore_reach(post_id=reduced.pk, moderator_id=stranger.pk, reason="Fine", at=NOON)

    assert trending() == (["bait"], {"bait": [reduced.pk]})
    assert shown_ids([reduced.pk], stranger.pk) == {reduced.pk}
