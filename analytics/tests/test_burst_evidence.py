"""A burst that was reported shows in the list, and in nothing else."""

from datetime import timedelta

import pytest

from analytics.models import Trend, TrendBurst, TrendReview
from analytics.services import network_note, trends
from analytics.services.trend_reviews import trends_review
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make
from posts.tests.factories import PostFactory
from profiles.models import Block
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db


def burst_make(name="eclipse", *, kind="hashtag", **ago_):
    return TrendBurst.objects.create(
        kind=kind,
        name=name,
        started_at=ago(**ago_),
        score=6.1,
        expected=0.2,
        observed=15.0,
        reported_at=ago(**ago_) + timedelta(minutes=15),
    )


def liked(post, times, *, tag="eclipse"):
    for _ in range(times):
        event_make(
            "liked",
            post_id=post.pk,
            target_id=post.author_id,
            hashtags=[tag],
            occurred_at=ago(hours=1),
        )


def listed(viewer=None):
    client = client_for(viewer or UserFactory())
    results = client.get("/api/trends/hashtags").json()["data"]["results"]
    return {trend["hashtag"]: trend["evidence"] for trend in results}


def test_the_evidence_tells_of_a_burst_and_the_name_rises():
    liked(PostFactory(), 3)
    liked(PostFactory(), 9, tag="calm")
    burst_make(hours=2)

    trends_aggregate(at=NOON)

    found = listed()
    assert found["eclipse"]["burst"] == {
        "since": "2026-03-10T10:00:00Z",
        "score": 6.1,
        "expected": 0.2,
        "observed": 15.0,
    }
    assert found["eclipse"]["is_rising"]
    assert (found["calm"]["burst"], found["calm"]["is_rising"]) == (None, False)


def test_a_burst_of_more_than_a_day_ago_tells_nothing():
    liked(PostFactory(), 3)
    burst_make(hours=25)

    trends_aggregate(at=NOON)

    assert listed()["eclipse"]["burst"] is None
    assert not listed()["eclipse"]["is_rising"]


def test_the_newest_of_several_bursts_is_told():
    liked(PostFactory(), 3)
    burst_make(hours=9)
    burst_make(hours=2)
    burst_make(hours=5)

    trends_aggregate(at=NOON)

    assert listed()["eclipse"]["burst"]["since"] == "2026-03-10T10:00:00Z"


def test_a_burst_of_another_kind_of_that_name_tells_nothing():
    liked(PostFactory(), 3)
    burst_make(kind="category", hours=2)

    trends_aggregate(at=NOON)

    assert listed()["eclipse"]["burst"] is None


def test_a_burst_behind_which_two_accounts_stand_is_not_listed():
    liked(PostFactory(), 2)
    burst_make(hours=2)

    trends_aggregate(at=NOON)

    assert listed() == {}


def test_a_name_that_burst_is_kept_before_larger_ones(monkeypatch):
    monkeypatch.setitem(trends.KEPT, Trend.Kind.HASHTAG, 2)
    liked(PostFactory(), 3)
    for tag in ("one", "two", "three"):
        liked(PostFactory(), 9, tag=tag)
    burst_make(hours=2)

    trends_aggregate(at=NOON)

    assert list(listed()) == ["one", "eclipse"]


def test_what_the_staff_rejected_does_not_come_back_by_bursting(settings):
    liked(PostFactory(), 3)
    burst_make(hours=2)
    trends_aggregate(at=NOON)
    settings.SOCIALML_TRENDS_GATED = True
    gated = listed()
    settings.SOCIALML_TRENDS_GATED = False

    trends_review(Trend.objects.all(), state=TrendReview.State.REJECTED, reviewer_id=1, at=NOON)

    assert (gated, listed()) == ({}, {})


def test_a_viewer_does_not_hear_of_a_burst_of_posts_they_may_not_see():
    post, viewer = PostFactory(), UserFactory()
    Block.objects.create(blocker=post.author, blocked=viewer, blocked_at=NOON)
    liked(post, 3)
    burst_make(hours=2)

    trends_aggregate(at=NOON)

    assert listed(viewer) == {}
    assert "eclipse" in listed()


def test_a_reported_burst_of_a_crowd_from_one_network_does_not_rise():
    bought = PostFactory()
    for n in range(40):
        network_note(account_id=n + 1, address=f"9.9.9.{n}", at=NOON)
        facts = {"post_id": bought.pk, "hashtags": ["bought"], "occurred_at": ago(hours=1)}
        event_make("liked", actor_id=n + 1, **facts)
    for n in range(200):
        network_note(account_id=1_000 + n, address=f"8.8.{n}.1", at=NOON)
    burst_make("bought", hours=2)

    trends_aggregate(at=NOON)

    assert listed()["bought"]["burst"]
    assert not listed()["bought"]["is_rising"]
