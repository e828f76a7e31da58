from datetime import timedelta

import pytest
from django.db.models import Sum

from analytics.models import Event, LogMark, Rollup
from analytics.services.erasure import account_erase
from analytics.services.rollup_check import rollups_check
from analytics.services.rollups import rollups_refresh
from analytics.tests.factories import NOON, ago, event_make

pytestmark = pytest.mark.django_db

Kind = Event.Kind


def counted():
    rows = Rollup.objects.order_by("hour", "author_id", "kind")
    return list(rows.values_list("hour", "author_id", "kind", "count", "accounts", "duration_ms"))


def test_counts_an_hour_in_all_and_by_author():
    event_make(actor_id=1, duration_ms=2000, occurred_at=ago(minutes=90))
    event_make(actor_id=1, duration_ms=3000, occurred_at=ago(minutes=61))
    event_make(actor_id=2, target_id=901, occurred_at=ago(minutes=61))

    assert rollups_refresh(at=NOON) == 1

    hour = ago(hours=2)
    assert counted() == [
        (hour, 0, "viewed", 3, 2, 5000),
        (hour, 900, "viewed", 2, 1, 5000),
        (hour, 901, "viewed", 1, 1, 0),
    ]


def test_a_second_run_over_the_same_events_changes_nothing():
    event_make(occurred_at=ago(hours=3))
    rollups_refresh(at=NOON)
    before = list(Rollup.objects.order_by("pk").values_list("pk", "count"))

    assert rollups_refresh(at=NOON + timedelta(minutes=5)) == 0

    assert list(Rollup.objects.order_by("pk").values_list("pk", "count")) == before


def test_a_late_event_corrects_its_hour_alone():
    event_make(occurred_at=ago(hours=30))
    event_make(occurred_at=ago(hours=3))
    rollups_refresh(at=NOON)
    event_make(occurred_at=ago(hours=30), recorded_at=NOON)

    assert rollups_refresh(at=NOON + timedelta(hours=1)) == 1

    assert Rollup.objects.get(hour=ago(hours=30), author_id=0).count == 2
    assert Rollup.objects.filter(author_id=0).aggregate(all=Sum("count"))["all"] == 3


def test_an_event_whose_transaction_committed_late_is_still_counted():
    last = event_make(occurred_at=ago(hours=3))
    rollups_refresh(at=NOON)
    event_make(pk=last.pk + 10, occurred_at=ago(hours=3))
    rollups_refresh(at=NOON + timedelta(minutes=5))
    event_make(pk=last.pk + 5, occurred_at=ago(hours=3))

    rollups_refresh(at=NOON + timedelta(minutes=9))

    assert Rollup.objects.get(author_id=0).count == 3


def test_settled_events_are_not_read_again():
    event_make(occurred_at=ago(hours=3))
    for minutes in (0, 11, 22):
        rollups_refresh(at=NOON + timedelta(minutes=minutes))

    assert LogMark.objects.get().settled_id == Event.objects.get().pk


def test_an_hour_that_lost_events_to_the_purge_never_counts_less():
    old = ago(days=95)
    event_make(occurred_at=old)
    event_make(occurred_at=old)
    rollups_refresh(at=NOON)
    Event.objects.order_by("pk").first().delete()
    event_make(occurred_at=old)
    event_make(occurred_at=old)

    rollups_refresh(at=NOON + timedelta(minutes=1))

    assert Rollup.objects.get(author_id=0).count == 3


def test_hours_that_lost_events_to_an_erasure_are_found_within_a_day():
    event_make(actor_id=1, occurred_at=ago(hours=3))
    event_make(actor_id=2, occurred_at=ago(hours=3))
    event_make(actor_id=1, occurred_at=ago(hours=5))
    rollups_refresh(at=NOON)
    Event.objects.filter(actor_id=1).delete()

    rollups_refresh(at=NOON + timedelta(hours=24))

    assert [(hour, count) for hour, author, _, count, *_ in counted() if not author] == [
        (ago(hours=3), 1)
    ]


def test_what_an_erased_account_saw_and_decided_stays_counted():
    for kind in (Kind.VIEWED, Kind.HIDDEN, Kind.RESTORED, Kind.LIKED):
        event_make(kind, actor_id=1, occurred_at=ago(hours=3))
    rollups_refresh(at=NOON)
    account_erase(account_id=1)

    rollups_refresh(at=NOON + timedelta(hours=24))

    counts = Rollup.objects.filter(author_id=900).values_list("kind", "count").order_by("kind")
    assert list(counts) == [("hidden", 1), ("restored", 1), ("viewed", 1)]
    assert [one.wrong for one in rollups_check(at=NOON + timedelta(hours=24))] == [[], []]


@pytest.mark.parametrize("instead", [{"kind": Kind.VIEWED}, {"target_id": 901}])
def test_an_hour_is_counted_anew_where_others_took_the_place_of_what_was_erased(instead):
    event_make(Kind.LIKED, actor_id=1, occurred_at=ago(hours=3))
    rollups_refresh(at=NOON)
    account_erase(account_id=1)
    new = event_make(**{"kind": Kind.LIKED, "occurred_at": ago(hours=3), **instead})

    rollups_refresh(at=NOON + timedelta(minutes=5))

    assert counted() == [
        (ago(hours=3), author_id, new.kind, 1, 1, 0) for author_id in (0, new.target_id)
    ]


def test_totals_equal_the_log_whatever_the_hours():
    for step in range(60):
        event_make(
            [Kind.VIEWED, Kind.LIKED, Kind.SKIPPED][step % 3],
            target_id=900 + step % 4,
            occurred_at=ago(minutes=37 * step),
        )

    rollups_refresh(at=NOON + timedelta(hours=1))

    for kind in (Kind.VIEWED, Kind.LIKED, Kind.SKIPPED):
        rows = Rollup.objects.filter(kind=kind)
        assert rows.filter(author_id=0).aggregate(n=Sum("count"))["n"] == 20
        assert rows.filter(author_id__gt=0).aggregate(n=Sum("count"))["n"] == 20


def test_an_empty_log_rolls_up_to_nothing():
    assert rollups_refresh(at=NOON) == 0

    assert not Rollup.objects.exists()
