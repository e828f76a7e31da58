"""/api/recommendations, one type after another."""

import pytest

from analytics.models import Trend
from mlengine.models import AccountInsight
from posts.tests.factories import NOON, BlockFactory, FollowFactory, PostFactory, UserFactory
from posts.tests.slates import slate_of
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


def recommended(viewer, kind, **more):
    response = client_for(viewer).get("/api/recommendations", {"type": kind, **more})
    assert response.status_code == 200, response.content
    return response.json()["data"]["results"]


def test_posts_and_reels_come_from_the_slate_each_of_its_kind(viewer):
    post, reel = PostFactory(), PostFactory(kind="reel")
    slate_of([reel, post], audience_id=viewer.pk)
    slate_of([reel], audience_id=viewer.pk, surface="reels")

    found = {kind: recommended(viewer, kind) for kind in ("content", "posts", "reels")}

    assert {kind: [item["id"] for item in items] for kind, items in found.items()} == {
        "content": [reel.pk, post.pk],
        "posts": [post.pk],
        "reels": [reel.pk],
    }
    assert found["posts"][0]["why"]["reason"]


def test_a_body_asks_for_the_same(viewer):
    post = PostFactory()
    slate_of([post], audience_id=viewer.pk)

    response = client_for(viewer).post(
        "/api/recommendations", {"user_id": str(viewer.pk), "type": "posts", "limit": 1}
    )

    assert [item["id"] for item in response.json()["data"]["results"]] == [post.pk]


def test_accounts_that_friends_follow_come_before_the_most_followed(viewer):
    friend, friends_friend = UserFactory(), UserFactory()
    known_by_many = UserFactory(follower_count=50)
    FollowFactory(follower=viewer, followed=friend)
    FollowFactory(follower=friend, followed=friends_friend)

    found = recommended(viewer, "users")

    assert [item["id"] for item in found] == [friends_friend.pk, known_by_many.pk]
    assert [item["reason"] for item in found] == [
        "Followed by 1 person you follow",
        "Followed by 50 people",
    ]


def test_accounts_that_are_blocked_suspended_or_followed_are_not_recommended(viewer):
    blocked, blocking, suspended, followed, asked = (
        UserFactory(follower_count=9),
        UserFactory(follower_count=9),
        UserFactory(follower_count=9, is_active=False),
        UserFactory(follower_count=9),
        UserFactory(follower_count=9, is_private=True),
    )
    BlockFactory(blocker=viewer, blocked=blocked)
    BlockFactory(blocker=blocking, blocked=viewer)
    FollowFactory(follower=viewer, followed=followed)
    FollowFactory(follower=viewer, followed=asked, state="requested")
    friend = UserFactory()
    FollowFactory(follower=viewer, followed=friend)
    for account in (blocked, blocking, suspended, asked, viewer):
        FollowFactory(follower=friend, followed=account)
    slate_of([PostFactory(author=blocked), PostFactory(author=blocking)], audience_id=viewer.pk)

    assert recommended(viewer, "users") == []


def test_hashtags_that_trend_are_recommended_in_their_order_and_none_of_a_blocked_author(viewer):
    post, blocked = PostFactory(), PostFactory()
    BlockFactory(blocker=viewer, blocked=blocked.author)
    posts = {"sun": post, "secret": blocked, "rain": post}
    for rank, name in enumerate(posts, start=1):
        Trend.objects.create(
            kind=Trend.Kind.HASHTAG,
            name=name,
            rank=rank,
            score=9.0 / rank,
            evidence={"examples": [posts[name].pk]},
            computed_at=NOON,
        )

    found = recommended(viewer, "hashtags")

    assert [(item["name"], item["reason"]) for item in found] == [
        ("sun", "Trending now"),
        ("rain", "Trending now"),
    ]


def test_nobody_asks_for_another(viewer):
    client = client_for(viewer)

    asked = client.get(f"/api/recommendations?user_id={viewer.pk + 1}")
    told = client.post("/api/recommendations", {"user_id": viewer.pk + 1})

    assert (asked.status_code, told.status_code) == (403, 403)
    assert asked.json()["error"]["code"] == "permission_denied"


def test_a_type_that_is_not_one_names_its_field(viewer):
    response = client_for(viewer).get("/api/recommendations?type=everything")

    error = response.json()["error"]
    assert (response.status_code, list(error["fields"])) == (400, ["type"])


def _insight(viewer, **tastes):
    AccountInsight.objects.create(
        user_id=viewer.pk, churn_risk=0.1, tastes=tastes, model_version="rules", computed_at=NOON
    )


def test_authors_one_makes_much_of_come_between_friends_friends_and_the_crowd(viewer):
    friend, friends_friend, liked = UserFactory(), UserFactory(), UserFactory()
    crowd = UserFactory(follower_count=50)
    FollowFactory(follower=viewer, followed=friend)
    FollowFactory(follower=friend, followed=friends_friend)
    blocked = UserFactory()
    BlockFactory(blocker=viewer, blocked=blocked)
    _insight(viewer, authors=[[liked.pk, 0.6], [blocked.pk, 0.3], [friend.pk, 0.1]])

    found = recommended(viewer, "users")

    assert [item["id"] for item in found] == [friends_friend.pk, liked.pk, crowd.pk]
    assert found[1]["reason"] == "You make much of their posts"
    assert found[1]["score"] == 0.6


def test_ones_own_hashtags_come_before_those_that_trend(viewer):
    _insight(viewer, hashtags=[["vinyl", 0.7]])
    Trend.objects.create(
        kind=Trend.Kind.HASHTAG,
        name="sun",
        rank=1,
        score=1.0,
        evidence={"examples": [PostFactory().pk]},
        computed_at=NOON,
    )

    found = recommended(viewer, "hashtags")

    assert [item["name"] for item in found] == ["vinyl", "sun"]


@pytest.mark.parametrize(
    ("tastes", "users", "hashtags"),
    [
        ({}, "graph", "none"),
        ({"authors": [[1, 1.0]], "hashtags": [["a", 1.0]]}, "taste", "taste"),
    ],
)
def test_the_answer_names_what_its_first_item_comes_from(viewer, tastes, users, hashtags):
    liked = UserFactory()
    FollowFactory(follower=viewer, followed=(friend := UserFactory()))
    if tastes:
        _insight(viewer, **{**tastes, "authors": [[liked.pk, 1.0]]})
    else:
        FollowFactory(follower=friend, followed=liked)
    client = client_for(viewer)

    sources = [
        client.get(f"/api/recommendations?type={kind}").json()["ml_insights"]["source"]
        for kind in ("users", "hashtags")
    ]

    assert sources == [users, hashtags]


@pytest.mark.parametrize("count", [1, 30])
def test_accounts_take_at_most_six_queries(viewer, count, django_assert_max_num_queries):
    for _ in range(count):
        friend = UserFactory(follower_count=3)
        FollowFactory(follower=viewer, followed=friend)
        FollowFactory(follower=friend, followed=UserFactory(follower_count=1))
    _insight(viewer, authors=[[UserFactory().pk, 1.0]])
    client = client_for(viewer)
    client.get("/api/recommendations?type=users")

    with django_assert_max_num_queries(6):
        client.get("/api/recommendations?type=users&limit=100")
