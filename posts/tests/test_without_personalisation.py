"""Personalisation off: no profile, no history, no insight and no ranking of one's own is read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import Event
from analytics.services import event_record
from mlengine.models import AccountInsight, Segment, SimilarPosts, Slate
from mlengine.slates.store import slates_cache
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory
from posts.tests.slates import slate_of
from profiles.models import Preferences
from profiles.services import preferences_set
from profiles.tests.factories import client_for
from socialml.api import gate
from socialml.core import cache

pytestmark = pytest.mark.django_db

# Every address that ranks or explains; {post} is a post that a slate of the viewer's own ranks.
ADDRESSES = [
    "/api/feed",
    "/api/feed?mode=following",
    "/api/feed?mode=latest",
    "/api/reels",
    "/api/recommendations?type=content",
    "/api/recommendations?type=posts",
    "/api/recommendations?type=reels",
    "/api/recommendations?type=users",
    "/api/recommendations?type=hashtags",
    "/api/post/{post}/similar",
    "/api/post/{post}/why",
]
PROFILES = ("mlengine_accountinsight", "mlengine_segment", "mlengine_slate", "analytics_event")


@pytest.fixture
def viewer():
    """Somebody of whom everything is known: history, insight, slates on every surface."""
    viewer = UserFactory(interests=["music"])
    segment = Segment.objects.create(name="night", computed_at=NOON)
    reel = PostFactory(kind="reel", hashtags=["sun"])
    AccountInsight.objects.create(
        user_id=viewer.pk,
        segment=segment,
        churn_risk=0.1,
        tastes={"hashtags": [["secret", 1.0]], "authors": [[reel.author_id, 1.0]]},
        computed_at=NOON,
    )
    FollowFactory(follower=viewer)
    event_record(kind=Event.Kind.LIKED, actor_id=viewer.pk, post_id=reel.pk, at=NOON)
    slates = [
        slate_of([reel], audience_id=viewer.pk),
        slate_of([reel], audience_id=viewer.pk, surface="reels"),
        slate_of([reel], audience="cohort", audience_id=segment.pk),
    ]
    slates_cache(slates, is_wanted_now=True)
    SimilarPosts.objects.create(
        post_id=reel.pk,
        ids=[PostFactory().pk],
        scores=[1.0],
        sources=[["item-neighbours"]],
        model_version="feed v1",
        computed_at=NOON,
    )
    viewer.reel = reel
    return viewer


@pytest.fixture
def read(monkeypatch):
    """The cached values that were read, by name."""
    found: dict[bytes, bytes | None] = {}

    def spied(exchange):
        def exchanged(*commands):
            answers = exchange(*commands)
            for command, answered in zip(commands, answers, strict=True):
                if command[0] == "MGET":
                    found.update(zip(command[1:], answered, strict=True))
                elif command[0] == "GET":
                    found[command[1]] = answered
                elif command[0] == "EVAL":
                    # A slate, and its first cards.
                    found[command[3]] = answered[0]
            return answers

        return exchanged

    monkeypatch.setattr(cache, "exchange", spied(cache.exchange))
    monkeypatch.setattr(gate, "exchange", spied(gate.exchange))
    return found


def asked(viewer, address):
    client = client_for(viewer)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address.format(post=viewer.reel.pk))
    assert response.status_code == 200, response.content
    return response.json(), [query["sql"] for query in queries]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_table_of_profiles_is_asked_whatever_is_still_stored(viewer, address):
    Preferences.objects.create(user=viewer, is_personalised=False, changed_at=NOON)

    body, queries = asked(viewer, address)

    assert queries
    assert [sql for sql in queries for table in PROFILES if f'"{table}"' in sql] == []
    assert body["ml_insights"].get("source") not in ("personal", "cohort")
    assert "secret" not in str(body)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_ranking_of_ones_own_is_read_from_the_cache(
    viewer, address, read, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        preferences_set(user_id=viewer.pk, changes={"is_personalised": False}, at=NOON)

    asked(viewer, address)

    own = {name: value for name, value in read.items() if b"slate" in _bytes(name)}
    assert read
    assert set(own.values()) <= {None, b"null"}


@pytest.mark.parametrize("address", ["/api/feed", "/api/recommendations?type=users"])
def test_the_same_person_with_personalisation_is_told_of_theirs(viewer, address):
    body, _ = asked(viewer, address)

    assert viewer.reel.pk in _ids(body) or viewer.reel.author_id in _ids(body)


def test_an_old_page_of_ones_own_ranking_does_not_go_on(viewer, django_capture_on_commit_callbacks):
    posts = PostFactory.create_batch(3)
    slates_cache([slate_of(posts, audience_id=viewer.pk)], is_wanted_now=True)
    client = client_for(viewer)
    cursor = client.get("/api/feed?limit=1").json()["data"]["next"]

    with django_capture_on_commit_callbacks(execute=True):
        preferences_set(user_id=viewer.pk, changes={"is_personalised": False}, at=NOON)

    response = client.get(f"/api/feed?limit=1&cursor={cursor}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_cursor")
    assert not Slate.objects.filter(audience="account").exists()


def test_why_says_that_no_profile_is_read(viewer):
    Preferences.objects.create(user=viewer, is_personalised=False, changed_at=NOON)

    body, _ = asked(viewer, "/api/post/{post}/why")

    assert body["data"]["source"] == "newest"
    assert "no profile is read" in body["data"]["reason"]
    assert body["data"]["slate_id"] is None


def _bytes(name):
    return name if isinstance(name, bytes) else str(name).encode()


def _ids(body):
    return [item["id"] for item in body["data"]["results"]]
