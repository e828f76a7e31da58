from datetime import timedelta

import pytest

from analytics.models import Event, Rollup
from analytics.services import retention
from analytics.services.retention import events_purge
from analytics.services.rollup_check import rollups_check
from analytics.services.rollups import rollups_refresh
from analytics.tests.factories import NOON, ago, event_make

pytestmark = pytest.mark.django_db


def test_drops_what_was_recorded_longer_ago_than_the_retention(settings):
    settings.ANALYTICS_RETENTION_DAYS = 30
    event_make(occurred_at=ago(days=30, seconds=1))
    kept = event_make(occurred_at=ago(days=30))

    assert events_purge(at=NOON) == 1

    assert list(Event.objects.values_list("pk", flat=True)) == [kept.pk]


def test_an_old_act_recorded_today_stays():
    event_make(occurred_at=ago(days=900), recorded_at=NOON)

    assert events_purge(at=NOON) == 0

    assert Event.objects.count() == 1


def test_goes_batch_by_batch_and_stops_at_its_limit(monkeypatch):
    monkeypatch.setattr(retention, "_EVENTS_AT_ONCE", 2)
    monkeypatch.setattr(retention, "_BATCHES", 2)
    for _ in range(5):
        event_make(occurred_at=ago(days=200))

    assert (events_purge(at=NOON), events_purge(at=NOON)) == (4, 1)

    assert not Event.objects.exists()


def test_hourly_counts_outlive_the_events_but_not_for_ever():
    Rollup.objects.create(hour=ago(days=200), kind="viewed", count=1)
    Rollup.objects.create(hour=ago(days=800), kind="viewed", count=1)

    events_purge(at=NOON)

    assert Rollup.objects.get().hour == ago(days=200)


def test_counts_stay_where_the_retention_is_raised_after_a_purge(settings):
    settings.ANALYTICS_RETENTION_DAYS = 30
    event_make(occurred_at=ago(days=40))
    event_make(occurred_at=ago(days=1))
    rollups_refresh(at=NOON)
    events_purge(at=NOON)
    settings.ANALYTICS_RETENTION_DAYS = 90
    tomorrow = NOON + timedelta(days=1)

    events_purge(at=tomorrow)
    rollups_refresh(at=tomorrow)
    found = list(rollups_check(at=tomorrow, fix=True))

    assert Rollup.objects.filter(author_id=0, hour=ago(days=40)).exists()
    assert not any(one.wrong for one in found)
