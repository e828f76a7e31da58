"""/api/post/{id}/similar: what was stored, what may be shown of it, and what else there is."""

from datetime import timedelta

import pytest

from mlengine.models import SimilarPosts
from posts.services import dismissal_add
from posts.tests.factories import NOON, FollowFactory, LikeFactory, PostFactory, UserFactory
from posts.tests.sights import UNSEEN, unseen_post_id
from profiles.models import Mute
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


def stored(post, alike, source="item-neighbours"):
    """Store the nearest posts of one, as the worker would have."""
    return SimilarPosts.objects.create(
        post_id=post.pk,
        ids=[getattr(one, "pk", one) for one in alike],
        scores=[round(0.9 - place / 100, 4) for place in range(len(alike))],
        sources=[[source] for _ in alike],
        model_version="feed v3",
        computed_at=NOON,
    )


def similar(viewer, post_id, query=""):
    response = client_for(viewer).get(f"/api/post/{post_id}/similar{query}")
    assert response.status_code == 200, response.content
    return response.json()


def ids(page):
    return [item["id"] for item in page["data"]["results"]]


def test_what_was_stored_comes_in_its_order_with_the_reason_of_each(viewer):
    post, near, far = PostFactory.create_batch(3)
    LikeFactory(post=near, user=viewer)
    stored(post, [near, far])

    page = similar(viewer, post.pk)

    assert ids(page) == [near.pk, far.pk]
    first = page["data"]["results"][0]
    assert first["liked"] is True
    assert first["why"] == {
        "reason": "Liked by people who liked this post",
        "sources": ["item-neighbours"],
        "score": 0.9,
        "position": 0,
    }
    assert page["ml_insights"]["source"] == "similar"
    assert page["ml_insights"]["model_version"] == "feed v3"


@pytest.mark.parametrize("why", UNSEEN)
def test_what_the_viewer_may_not_see_is_left_out_now_whatever_was_stored(viewer, why):
    post, shown = PostFactory.create_batch(2)
    stored(post, [unseen_post_id(viewer, why), shown])

    assert ids(similar(viewer, post.pk)) == [shown.pk]


def test_muted_authors_dismissed_posts_and_ones_own_are_left_out(viewer):
    post, muted, dismissed, shown = PostFactory.create_batch(4)
    Mute.objects.create(muter=viewer, muted=muted.author, muted_at=NOON)
    dismissal_add(post_id=dismissed.pk, user_id=viewer.pk, at=NOON)
    stored(post, [muted, dismissed, PostFactory(author=viewer), shown])

    assert ids(similar(viewer, post.pk)) == [shown.pk]


def test_a_followed_private_authors_post_is_shown(viewer):
    post, private = PostFactory(), PostFactory(author__is_private=True)
    FollowFactory(follower=viewer, followed=private.author)
    stored(post, [private])

    assert ids(similar(viewer, post.pk)) == [private.pk]


def test_without_a_model_those_of_its_hashtags_then_of_its_category_the_newest_first(viewer):
    post = PostFactory(hashtags=["sun", "sea"], category="travel")
    tagged = [
        PostFactory(hashtags=["sea"], published_at=NOON + timedelta(hours=hour)) for hour in (1, 2)
    ]
    of_category = PostFactory(category="travel", published_at=NOON + timedelta(hours=9))
    PostFactory(category="food", hashtags=["soup"])

    page = similar(viewer, post.pk)

    assert ids(page) == [tagged[1].pk, tagged[0].pk, of_category.pk]
    whys = [item["why"] for item in page["data"]["results"]]
    assert [why["reason"] for why in whys] == ["Also tagged #sea"] * 2 + ["Also about travel"]
    assert [why["sources"] for why in whys] == [["hashtags"], ["hashtags"], ["category"]]
    assert page["ml_insights"]["source"] == "hashtags"
    assert page["ml_insights"]["model_version"] is None


def test_what_was_stored_is_filled_up_and_nothing_comes_twice(viewer):
    post = PostFactory(hashtags=["sun"], category="travel")
    near = PostFactory(hashtags=["sun"], category="travel")
    other = PostFactory(hashtags=["sun"], category="travel")
    stored(post, [near])

    page = similar(viewer, post.pk)

    assert ids(page) == [near.pk, other.pk]
    assert page["ml_insights"]["source"] == "similar"
    assert ids(similar(viewer, post.pk, "?limit=1")) == [near.pk]


def test_a_post_like_no_other_says_so(viewer):
    post = PostFactory()

    page = similar(viewer, post.pk)

    assert ids(page) == []
    assert page["ml_insights"] == {"source": "none", "model_version": None, "computed_at": None}


@pytest.mark.parametrize("why", UNSEEN)
def test_a_post_one_may_not_see_has_none(viewer, why):
    post_id = unseen_post_id(viewer, why)
    if why != "missing":
        SimilarPosts.objects.create(
            post_id=post_id, ids=[PostFactory().pk], scores=[1.0], sources=[["x"]], computed_at=NOON
        )

    response = client_for(viewer).get(f"/api/post/{post_id}/similar")

    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("limit", ["0", "101", "two", "1.5"])
def test_a_limit_out_of_range_is_refused(viewer, limit):
    response = client_for(viewer).get(f"/api/post/{PostFactory().pk}/similar?limit={limit}")

    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_limit")


@pytest.mark.parametrize("count", [2, 30])
def test_it_takes_the_same_queries_whatever_the_number(
    viewer, count, django_assert_max_num_queries
):
    post = PostFactory(hashtags=["sun"], category="travel")
    stored(post, PostFactory.create_batch(count))
    client = client_for(viewer)

    with django_assert_max_num_queries(7):
        client.get(f"/api/post/{post.pk}/similar?limit=40")


def test_nobody_in_particular_asks_for_none():
    assert client_for().get(f"/api/post/{PostFactory().pk}/similar").status_code == 401
