"""The pages of /api/feed: whose slate they show, what they leave out, how they go on."""

from datetime import timedelta

import pytest
from django.db import transaction

from mlengine.models import AccountInsight, Segment, Slate
from mlengine.slates.store import slates_cache
from posts.tests.factories import (
    NOON,
    BlockFactory,
    FollowFactory,
    LikeFactory,
    PostFactory,
    UserFactory,
)
from posts.tests.slates import slate_of
from profiles.models import Mute, Preferences
from profiles.tests.factories import client_for
from socialml.api import gate
from socialml.core import cache
from socialml.core.models import Job
from socialml.core.redis import client as redis

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


def feed(viewer, query=""):
    response = client_for(viewer).get(f"/api/feed{query}")
    assert response.status_code == 200, response.content
    return response.json()


def ids(page):
    return [item["id"] for item in page["data"]["results"]]


def test_ones_own_slate_comes_first_with_the_reason_of_each_item(viewer):
    posts = PostFactory.create_batch(3)
    slate = slate_of(posts, audience_id=viewer.pk)
    slate_of(posts[::-1], audience="everyone", version="trending")

    page = feed(viewer)

    assert ids(page) == [post.pk for post in posts]
    assert page["ml_insights"]["source"] == "personal"
    assert page["ml_insights"]["slate_id"] == slate.pk
    assert page["data"]["results"][1]["why"] == {
        "reason": "Because you liked something",
        "sources": ["item-neighbours"],
        "score": 0.99,
        "position": 1,
    }
    assert page["data"]["next"] is None


def test_without_one_the_cohorts_then_what_trends_then_the_newest(viewer):
    newest, trending, cohorts = (
        PostFactory(published_at=NOON + timedelta(hours=3)),
        PostFactory(),
        PostFactory(),
    )

    def source_and_first():
        page = feed(viewer)
        return page["ml_insights"]["source"], ids(page)[0]

    assert source_and_first() == ("newest", newest.pk)
    slates_cache(
        [slate_of([trending], audience="everyone", version="trending")], is_wanted_now=True
    )
    assert source_and_first() == ("trending", trending.pk)
    segment = Segment.objects.create(name="night", computed_at=NOON)
    AccountInsight.objects.create(
        user_id=viewer.pk,
        segment=segment,
        engagement_class="High",
        churn_risk=0.1,
        model_version="rules",
        computed_at=NOON,
    )
    slate_of([cohorts], audience="cohort", audience_id=segment.pk)
    assert source_and_first() == ("cohort", cohorts.pk)


def test_whoever_has_no_slate_gets_one_made_by_the_worker_once(viewer):
    PostFactory()

    for _ in range(3):
        feed(viewer)

    job = Job.objects.get()
    assert (job.task, job.kwargs) == ("mlengine.tasks.account_refresh", {"user_id": viewer.pk})


def test_whoever_declines_personalisation_gets_the_newest_and_no_job(viewer):
    post = PostFactory()
    Preferences.objects.create(user=viewer, is_personalised=False, changed_at=NOON)
    slate_of([post], audience="everyone", version="trending")

    page = feed(viewer)

    assert page["ml_insights"]["source"] == "newest"
    assert ids(page) == [post.pk]
    assert not Job.objects.exists()


def test_what_has_gone_or_may_not_be_seen_is_left_out_of_a_slate_made_before(viewer):
    shown = PostFactory()
    blocked, blocking, muted = PostFactory(), PostFactory(), PostFactory()
    BlockFactory(blocker=viewer, blocked=blocked.author)
    BlockFactory(blocker=blocking.author, blocked=viewer)
    Mute.objects.create(muter=viewer, muted=muted.author, muted_at=NOON)
    gone = [
        blocked,
        blocking,
        muted,
        PostFactory(author__is_private=True),
        PostFactory(author__is_active=False),
        PostFactory(moderation="hidden"),
        PostFactory(moderation="held"),
        PostFactory(author=viewer),
    ]
    slate_of([*gone, shown], audience_id=viewer.pk)

    assert ids(feed(viewer)) == [shown.pk]
    assert ids(feed(viewer, "?mode=latest")) == [shown.pk]
    for mode in ("latest", "following"):
        assert not {post.pk for post in gone} & set(ids(feed(viewer, f"?mode={mode}")))


def test_a_private_authors_posts_reach_their_followers(viewer):
    post = PostFactory(author__is_private=True)
    FollowFactory(follower=viewer, followed=post.author)
    slate_of([post], audience_id=viewer.pk)

    assert ids(feed(viewer)) == [post.pk]
    assert ids(feed(viewer, "?mode=following")) == [post.pk]


def test_each_item_carries_the_viewers_own_marks(viewer):
    liked, other = PostFactory(like_count=1), PostFactory()
    LikeFactory(post=liked, user=viewer)
    FollowFactory(follower=viewer, followed=other.author)
    slate_of([liked, other], audience_id=viewer.pk)

    first, second = feed(viewer)["data"]["results"]

    assert (first["liked"], first["saved"], first["following"]) == (True, False, False)
    assert (second["liked"], second["saved"], second["following"]) == (False, False, True)


def test_a_cursor_goes_on_in_the_slate_it_began_in(viewer):
    posts = PostFactory.create_batch(5)
    slate_of(posts, audience_id=viewer.pk)
    first = feed(viewer, "?limit=2")
    newer = slate_of(posts[::-1], audience_id=viewer.pk)
    slates_cache([newer], is_wanted_now=True)

    second = feed(viewer, f"?limit=2&cursor={first['data']['next']}")
    third = feed(viewer, f"?limit=2&cursor={second['data']['next']}")

    assert [*ids(first), *ids(second), *ids(third)] == [post.pk for post in posts]
    assert third["data"]["next"] is None
    assert ids(feed(viewer, "?limit=1")) == [posts[4].pk]


@pytest.mark.parametrize("is_foreign", [True, False], ids=["another's", "dropped"])
def test_a_cursor_into_a_slate_that_is_not_there_for_the_viewer_is_refused(viewer, is_foreign):
    slate = slate_of(PostFactory.create_batch(3), audience_id=viewer.pk)
    cursor = feed(viewer, "?limit=1")["data"]["next"]
    if is_foreign:
        Slate.objects.filter(pk=slate.pk).update(audience_id=viewer.pk + 1)
    else:
        slate.delete()

    response = client_for(viewer).get(f"/api/feed?cursor={cursor}")

    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("count", [2, 20])
def test_a_page_whose_parts_are_cached_asks_the_database_nothing(
    viewer, count, django_assert_num_queries
):
    slate_of(PostFactory.create_batch(count), audience_id=viewer.pk)
    client = client_for(viewer)
    client.get("/api/feed")

    with django_assert_num_queries(0):
        page = client.get("/api/feed").json()

    assert len(ids(page)) == count


def test_a_page_whose_parts_are_cached_costs_one_round_trip(viewer, monkeypatch):
    slate_of(PostFactory.create_batch(20), audience_id=viewer.pk)
    client = client_for(viewer)
    client.get("/api/feed")
    trips = []

    def counted(exchange):
        return lambda *commands: trips.append(commands) or exchange(*commands)

    for module in (cache, gate):
        monkeypatch.setattr(module, "exchange", counted(module.exchange))
    monkeypatch.setattr(redis, "execute_command", lambda *command, **_: trips.append(command))

    client.get("/api/feed")

    assert len(trips) == 1


def test_a_page_is_whole_where_only_some_of_its_cards_came_with_the_slate(viewer):
    posts = PostFactory.create_batch(40)
    slate_of(posts, audience_id=viewer.pk)
    feed(viewer)
    cache.forget([f"card:{post.pk}" for post in posts[3:7]])

    page = feed(viewer, "?limit=35")

    assert ids(page) == [post.pk for post in posts[:35]]
    assert [item["why"]["position"] for item in page["data"]["results"]] == [*range(35)]


def test_head_answers_as_get_does(viewer):
    PostFactory()

    response = client_for(viewer).head("/api/feed")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("?limit=0", "limit", "invalid_limit"),
        ("?limit=101", "limit", "invalid_limit"),
        ("?limit=two", "limit", "invalid_limit"),
        ("?mode=best", "mode", "invalid_choice"),
    ],
)
def test_a_query_out_of_range_names_its_field(viewer, query, field, code):
    response = client_for(viewer).get(f"/api/feed{query}")

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, code)
    assert list(error["fields"]) == [field]


def test_nobody_in_particular_has_no_feed():
    assert client_for().get("/api/feed").status_code == 401


def test_an_action_of_the_viewer_shows_once_it_is_committed(
    viewer, django_capture_on_commit_callbacks
):
    post = PostFactory()
    slate_of([post], audience_id=viewer.pk)
    client = client_for(viewer)
    assert client.get("/api/feed").json()["data"]["results"][0]["liked"] is False

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        client.put(f"/api/post/{post.pk}/like")

    item = client.get("/api/feed").json()["data"]["results"][0]
    assert (item["liked"], item["like_count"]) == (True, 1)
