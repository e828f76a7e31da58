"""GET /api/analytics/segments, and an account's own segments."""

from datetime import UTC, datetime, timedelta

import pytest

from mlengine.models import AccountInsight, Segment, SegmentMembership, SegmentSize
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db

URL = "/api/analytics/segments"


@pytest.fixture
def midnight():
    """The start of yesterday, so that the moments below are past at any time of day."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=1)


@pytest.fixture
def moved(midnight):
    """An account that was a night owl and has become a creator; returns both segments."""
    mover = UserFactory()
    owls, creators = (
        Segment.objects.create(name=name, size=1, computed_at=midnight)
        for name in ("Night owls", "Creators")
    )
    spans = [(owls, midnight - timedelta(days=20), midnight), (creators, midnight, None)]
    for segment, since, until in spans:
        SegmentMembership.objects.create(
            account_id=mover.pk, segment=segment, name=segment.name, since=since, until=until
        )
        SegmentSize.objects.create(segment=segment, day=since.date(), accounts=1)
    return mover, owls, creators


def test_staff_see_sizes_and_who_moved_where(moved):
    _, owls, creators = moved

    data = client_for(UserFactory(is_staff=True)).get(URL, {"range": "7d"}).json()["data"]

    assert data["movement"] == [{"from": owls.pk, "to": creators.pk, "accounts": 1}]
    assert [row["name"] for row in data["sizes_by_day"]] == ["Creators"]
    assert {segment["name"] for segment in data["segments"]} == {"Night owls", "Creators"}
    assert data["formations"] == []


def test_nobody_else_does_and_nothing_is_said(moved):
    mover, *_ = moved

    response = client_for(mover).get(URL)

    assert response.status_code == 403
    assert "data" not in response.json()
    assert client_for().get(URL).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        {"since": "1026-01-01", "until": "2026-01-01"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"until": "9999-12-31"},
        {"range": "1000y"},
        {"range": "7d", "since": "2026-01-01"},
    ],
)
def test_a_range_that_is_none_is_a_bad_request(query):
    response = client_for(UserFactory(is_staff=True)).get(URL, query)

    assert response.status_code == 400
    assert response.json()["error"]["fields"]


def test_a_place_without_segments_answers_empty_lists():
    data = client_for(UserFactory(is_staff=True)).get(URL, {"range": "90d"}).json()["data"]

    assert (data["segments"], data["sizes_by_day"], data["movement"]) == ([], [], [])


def test_an_account_reads_the_segments_it_was_in_and_takes_them_along(moved, midnight):
    mover, owls, creators = moved
    AccountInsight.objects.create(
        user_id=mover.pk,
        segment=creators,
        engagement_class="High",
        churn_risk=0.1,
        model_version="behaviour v1",
        computed_at=midnight,
    )
    client = client_for(mover)

    segment = client.get("/api/user-behavior").json()["data"]["segment"]
    export = client.get("/api/profile/export").json()["data"]

    assert segment["name"] == "Creators"
    assert [(row["name"], row["until"] is None) for row in segment["history"]] == [
        ("Creators", True),
        ("Night owls", False),
    ]
    names = [row["name"] for row in export["tables"]["mlengine.SegmentMembership"]]
    assert sorted(names) == ["Creators", "Night owls"]
    assert owls.pk != creators.pk
