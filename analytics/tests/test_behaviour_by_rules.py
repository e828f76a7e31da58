"""GET /api/user-behavior, and the rules behind it."""

import pytest
from django.utils import timezone

from analytics.models import Event
from analytics.selectors.behaviour import behaviour_by_rules
from analytics.tests.factories import NOON, ago, event_make
from mlengine.models import AccountInsight, Segment
from profiles.models import Block
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db

Kind = Event.Kind
URL = "/api/user-behavior"


def test_finds_the_peak_hour_and_the_weekday():
    # NOON is a Tuesday.
    for days in (0, 7, 14):
        event_make(actor_id=7, occurred_at=ago(days=days, hours=3))
    event_make(actor_id=7, occurred_at=ago(days=1, hours=5))

    activity = behaviour_by_rules(7, at=NOON).activity

    assert (activity["peak_hour"], activity["peak_weekday"]) == (9, 1)
    assert activity["by_hour"][9] == activity["by_weekday"][1] == 0.75
    assert sum(activity["by_hour"]) == pytest.approx(1)


def test_acts_half_an_hour_apart_are_two_sessions():
    for minutes in (0, 10, 29, 61, 300):
        event_make(actor_id=7, occurred_at=ago(minutes=minutes))

    activity = behaviour_by_rules(7, at=NOON).activity

    assert (activity["sessions"], activity["events"], activity["active_days"]) == (3, 5, 1)


def test_tastes_weigh_deeds_above_views_and_leave_own_posts_out():
    event_make(Kind.LIKED, actor_id=7, category="pets", hashtags=["cat"], target_id=901)
    event_make(Kind.VIEWED, actor_id=7, category="news", hashtags=["vote"], target_id=902)
    event_make(Kind.LIKED, actor_id=7, category="mine", target_id=7)
    event_make(Kind.SKIPPED, actor_id=7, category="ads", target_id=903)

    tastes = behaviour_by_rules(7, at=NOON).tastes

    assert tastes["categories"] == [["pets", 0.75], ["news", 0.25]]
    assert tastes["hashtags"] == [["cat", 0.75], ["vote", 0.25]]
    assert tastes["authors"] == [[901, 0.75], [902, 0.25]]


@pytest.mark.parametrize(("likes", "label"), [(0, "Low"), (1, "Medium"), (5, "High")])
def test_the_class_follows_the_weeks_engagements(likes, label):
    event_make(actor_id=7, occurred_at=ago(hours=1))
    for number in range(likes):
        event_make(Kind.LIKED, actor_id=7, post_id=number + 1, occurred_at=ago(days=2))

    found = behaviour_by_rules(7, at=NOON)

    assert found.engagement_class == label
    assert found.engagement_probabilities[label] == 1.0


def test_silence_raises_the_risk():
    event_make(actor_id=7, occurred_at=ago(hours=1))
    event_make(actor_id=8, occurred_at=ago(days=20))

    risks = [behaviour_by_rules(actor_id, at=NOON).churn_risk for actor_id in (7, 8, 9)]

    assert risks == sorted(risks)
    assert risks[0] < 0.1 < 0.9 < risks[1] < risks[2] == 1.0


def test_takes_one_query_whatever_the_history(django_assert_num_queries):
    for size in (1, 20):
        for _ in range(size):
            event_make(actor_id=7)
        with django_assert_num_queries(1):
            behaviour_by_rules(7, at=NOON)


def test_an_account_without_history_is_described_by_rules():
    me = UserFactory()

    response = client_for(me).get(URL)

    assert response.status_code == 200
    body = response.json()
    assert body["ml_insights"]["model"] == "rules"
    assert body["data"]["engagement"]["level"] == "Low"
    assert body["data"]["churn"]["risk"] == 1.0
    assert body["data"]["activity_pattern"]["peak_hour"] is None
    assert len(body["data"]["activity_pattern"]["by_hour"]) == 24


def test_names_preferred_authors_but_none_that_a_block_hides():
    me, liked, blocker = UserFactory(), UserFactory(), UserFactory()
    for author in (liked, blocker):
        event_make(Kind.LIKED, actor_id=me.pk, target_id=author.pk, occurred_at=timezone.now())
    Block.objects.create(blocker_id=blocker.pk, blocked_id=me.pk, blocked_at=NOON)

    authors = client_for(me).get(URL).json()["data"]["preferred"]["authors"]

    assert authors == [{"id": liked.pk, "username": liked.username, "share": 0.5}]


def test_shows_what_the_models_said_and_which():
    me = UserFactory()
    AccountInsight.objects.create(
        user_id=me.pk,
        segment=Segment.objects.create(
            name="Night owls", traits={"at_night": 2.0}, computed_at=NOON
        ),
        activity={"by_hour": [0.0] * 24},
        tastes={"categories": [["pets", 1.0]]},
        engagement_class="High",
        engagement_probabilities={"High": 0.8, "Medium": 0.1, "Low": 0.1},
        churn_risk=0.12,
        churn_drivers=[{"feature": "sessions", "value": 9.0, "effect": -1.0}],
        model_version="behaviour v3",
        computed_at=NOON,
    )

    body = client_for(me).get(URL).json()

    assert body["ml_insights"]["model"] == "behaviour v3"
    assert body["ml_insights"]["engagement_class"] == "High"
    assert body["data"]["segment"] == {
        "name": "Night owls",
        "traits": {"at_night": 2.0},
        "history": [],
    }
    assert body["data"]["churn"]["risk"] == 0.12
    assert body["data"]["preferred"]["categories"] == [{"name": "pets", "share": 1.0}]


def test_is_for_the_account_itself():
    me, other = UserFactory(), UserFactory()

    assert client_for(me).get(URL, {"user_id": me.pk}).status_code == 200
    assert client_for(me).get(URL, {"user_id": other.pk}).status_code == 403
    assert client_for(me).get(URL, {"user_id": "abc"}).status_code == 400
    assert client_for().get(URL).status_code == 401
