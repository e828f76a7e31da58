"""Who was there, how many that made, and how many came back."""

from datetime import date, timedelta

import pytest

from analytics.models import AccountDay, ActiveCount, Event
from analytics.selectors.counts import Period
from analytics.selectors.live import online_accounts
from analytics.selectors.presence import actives_by_day, retention
from analytics.services.erasure import account_erase
from analytics.services.retention import events_purge
from analytics.services.rollups import rollups_refresh
from analytics.tests.factories import NOON, ago, event_make

pytestmark = pytest.mark.django_db

Kind = Event.Kind
WEEK = timedelta(days=7)
# NOON's week began on the day before it.
MONDAY = date(2026, 3, 9)


def actives(day):
    counts = ActiveCount.objects.get(day=day)
    return counts.daily, counts.weekly, counts.monthly


def test_counts_each_account_once_a_day_a_week_and_a_month():
    event_make(actor_id=1, occurred_at=ago(hours=1))
    event_make(actor_id=1, occurred_at=ago(hours=2))
    event_make(actor_id=2, occurred_at=ago(days=6))
    event_make(actor_id=3, occurred_at=ago(days=29))
    event_make(actor_id=4, occurred_at=ago(days=30))

    rollups_refresh(at=NOON)

    assert actives(NOON.date()) == (1, 2, 3)


def test_nobody_is_active_by_what_a_model_or_a_moderator_did():
    event_make(Kind.HIDDEN, actor_id=1, occurred_at=ago(hours=1))
    event_make(Kind.REDUCED, actor_id=None, occurred_at=ago(hours=1))

    rollups_refresh(at=NOON)

    assert not AccountDay.objects.exists()


def test_a_day_on_which_nobody_came_still_counts_those_of_the_week():
    event_make(actor_id=1, occurred_at=ago(days=2))

    rollups_refresh(at=NOON)

    assert actives(ago(days=1).date()) == (0, 1, 1)


def test_an_event_that_comes_late_changes_the_month_that_follows_it():
    event_make(actor_id=1, occurred_at=ago(days=10))
    rollups_refresh(at=NOON)
    event_make(actor_id=2, occurred_at=ago(days=8), recorded_at=NOON)

    rollups_refresh(at=NOON + timedelta(minutes=5))

    assert actives(ago(days=8).date()) == (1, 2, 2)
    assert actives(ago(days=2).date()) == (0, 1, 2)
    assert actives(NOON.date()) == (0, 0, 2)


def test_tells_how_many_of_a_week_came_back_in_each_week_after_it():
    for actor in (1, 2, 3, 4):
        event_make(Kind.SIGNED_UP, actor_id=actor, occurred_at=ago(days=14))
    event_make(actor_id=1, occurred_at=ago(days=7))
    event_make(actor_id=2, occurred_at=ago(days=8))
    event_make(actor_id=2, occurred_at=NOON)
    event_make(Kind.SIGNED_UP, actor_id=9, occurred_at=NOON)

    rollups_refresh(at=NOON)

    assert retention(today=NOON.date()) == [
        {
            "week": (MONDAY - 2 * WEEK).isoformat(),
            "accounts": 4,
            "returned": [{"accounts": 2, "share": 0.5}, {"accounts": 1, "share": 0.25}],
        },
        {"week": MONDAY.isoformat(), "accounts": 1, "returned": []},
    ]


def test_a_second_run_counts_nobody_twice():
    event_make(Kind.SIGNED_UP, actor_id=1, occurred_at=ago(days=7))
    event_make(actor_id=1, occurred_at=NOON)
    rollups_refresh(at=NOON)
    before = retention(today=NOON.date())

    rollups_refresh(at=NOON + timedelta(minutes=5))

    assert retention(today=NOON.date()) == before
    assert before[0]["returned"] == [{"accounts": 1, "share": 1.0}]


def test_who_was_there_goes_with_the_log_and_the_counts_stay():
    event_make(actor_id=1, occurred_at=ago(days=95))
    rollups_refresh(at=ago(days=94))

    events_purge(at=NOON)
    rollups_refresh(at=NOON)

    assert not AccountDay.objects.exists()
    assert actives(ago(days=95).date()) == (1, 1, 1)


def test_without_a_log_there_is_nothing_to_tell():
    rollups_refresh(at=NOON)

    assert retention(today=NOON.date()) == []
    assert actives_by_day(period=Period(NOON - WEEK, NOON)) == {}


def test_online_is_who_did_something_in_the_last_five_minutes():
    event_make(actor_id=1, occurred_at=ago(minutes=4))
    event_make(actor_id=1, occurred_at=ago(minutes=3))
    event_make(actor_id=2, occurred_at=ago(minutes=6))

    assert online_accounts(at=NOON) == 1


def test_an_erased_account_comes_back_in_no_cohort():
    for actor_id in (1, 2):
        event_make(Kind.SIGNED_UP, actor_id=actor_id, occurred_at=ago(days=14))
    event_make(actor_id=1, occurred_at=ago(days=7))
    rollups_refresh(at=NOON)
    account_erase(account_id=1)

    rollups_refresh(at=NOON + timedelta(days=1))

    [cohort] = retention(today=NOON.date())
    assert cohort["accounts"] == 1
    assert cohort["returned"][0] == {"accounts": 0, "share": 0.0}
