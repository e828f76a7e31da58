"""GET /api/trends/…"""

import pytest

from analytics.models import Event, Trend
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make
from posts.models import Post
from posts.tests.factories import PostFactory
from profiles.models import Block, Follow, Mute
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


def liked(post, times, tag="", category=""):
    for _ in range(times):
        event_make(
            Event.Kind.LIKED,
            post_id=post.pk,
            target_id=post.author_id,
            hashtags=[tag] if tag else [],
            category=category,
            occurred_at=ago(hours=1),
        )


def trends(viewer, kind, **query):
    return client_for(viewer).get(f"/api/trends/{kind}", query).json()


def test_lists_hashtags_best_first_with_the_evidence(viewer):
    first, second = PostFactory(), PostFactory()
    liked(first, 9, tag="eclipse")
    liked(second, 4, tag="cats")
    trends_aggregate(at=NOON)

    body = trends(viewer, "hashtags")

    assert [(t["rank"], t["hashtag"]) for t in body["data"]["results"]] == [
        (1, "eclipse"),
        (2, "cats"),
    ]
    assert body["data"]["next"] is None
    evidence = body["data"]["results"][0]["evidence"]
    assert (evidence["accounts"], evidence["examples"]) == (9, [first.pk])
    assert body["ml_insights"]["source"] == "trends"
    assert body["ml_insights"]["computed_at"].startswith("2026-03-10T12:00")


def test_lists_categories_and_posts(viewer):
    post = PostFactory()
    liked(post, 4, category="pets")
    trends_aggregate(at=NOON)

    [category] = trends(viewer, "categories")["data"]["results"]
    [trend] = trends(viewer, "posts")["data"]["results"]

    assert category["category"] == "pets"
    assert trend["post"]["id"] == post.pk
    assert trend["evidence"]["accounts"] == 4


def test_limits_the_list(viewer):
    for number in range(4):
        liked(PostFactory(), 3 + number, tag=f"tag{number}")
    trends_aggregate(at=NOON)

    assert [t["hashtag"] for t in trends(viewer, "hashtags", limit=2)["data"]["results"]] == [
        "tag3",
        "tag2",
    ]


@pytest.mark.parametrize("limit", ["0", "101", "x", "1.0", ""])
@pytest.mark.parametrize("kind", ["hashtags", "categories", "posts"])
def test_refuses_a_bad_limit(viewer, kind, limit):
    response = client_for(viewer).get(f"/api/trends/{kind}", {"limit": limit})

    assert response.status_code == 400


def test_nothing_trends_that_only_hidden_authors_or_posts_carry(viewer):
    held = PostFactory(moderation=Post.Moderation.HELD)
    private = PostFactory(author=UserFactory(is_private=True))
    blocker, muted = PostFactory(), PostFactory()
    Block.objects.create(blocker_id=blocker.author_id, blocked_id=viewer.pk, blocked_at=NOON)
    Mute.objects.create(muter_id=viewer.pk, muted_id=muted.author_id, muted_at=NOON)
    for number, post in enumerate([held, private, blocker, muted]):
        liked(post, 4, tag=f"secret{number}", category=f"secret{number}")
    trends_aggregate(at=NOON)

    shown = [
        trends(viewer, kind)["data"]["results"] for kind in ("hashtags", "categories", "posts")
    ]

    assert shown == [[], [], []]
    assert Trend.objects.filter(kind="hashtag").count() == 4


def test_a_follower_sees_what_trends_in_a_private_account(viewer):
    private = PostFactory(author=UserFactory(is_private=True))
    Follow.objects.create(
        follower_id=viewer.pk, followed_id=private.author_id, state="accepted", followed_at=NOON
    )
    liked(private, 4, tag="inside")
    trends_aggregate(at=NOON)

    assert [t["hashtag"] for t in trends(viewer, "hashtags")["data"]["results"]] == ["inside"]


def test_before_the_first_run_the_lists_are_empty(viewer):
    body = trends(viewer, "posts")

    assert body["data"] == {"results": [], "next": None}
    assert body["ml_insights"]["computed_at"] is None


def test_queries_do_not_grow_with_the_list(viewer, django_assert_max_num_queries):
    for number in range(12):
        liked(PostFactory(), 3, tag=f"tag{number}")
    trends_aggregate(at=NOON)
    client = client_for(viewer)

    for limit in (2, 12):
        with django_assert_max_num_queries(7):
            client.get("/api/trends/posts", {"limit": limit})
        with django_assert_max_num_queries(4):
            client.get("/api/trends/hashtags", {"limit": limit})


def test_trends_are_for_signed_in_accounts():
    assert client_for().get("/api/trends/hashtags").status_code == 401
