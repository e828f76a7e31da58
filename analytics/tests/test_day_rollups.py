"""Days that are over, counted: exact against the log, whatever comes late or goes."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db.models import Sum

from analytics.models import DayRollup, Event, Rollup
from analytics.services.erasure import account_erase
from analytics.services.rollup_check import rollups_check
from analytics.services.rollups import rollups_refresh
from analytics.tests.factories import NOON, ago, event_make

pytestmark = pytest.mark.django_db

Kind = Event.Kind
Visit = DayRollup.Visit
YESTERDAY = date(2026, 3, 9)


def day_counts(**which):
    rows = DayRollup.objects.filter(name__in=Kind.values, **which)
    return dict(rows.values_list("name").annotate(n=Sum("count")).order_by())


def visits(day=YESTERDAY, author_id=0):
    rows = DayRollup.objects.filter(day=day, author_id=author_id, name__in=Visit.values)
    return dict(rows.values_list("name", "count"))


def test_a_day_that_is_over_is_counted_in_all_by_author_and_by_category():
    event_make(Kind.LIKED, occurred_at=ago(hours=20), category="pets")
    event_make(Kind.LIKED, occurred_at=ago(hours=22), category="pets", target_id=901)

    rollups_refresh(at=NOON)

    rows = DayRollup.objects.filter(name="liked").order_by("author_id", "category")
    assert list(rows.values_list("day", "author_id", "category", "count")) == [
        (YESTERDAY, 0, "", 2),
        (YESTERDAY, 0, "pets", 2),
        (YESTERDAY, 900, "", 1),
        (YESTERDAY, 901, "", 1),
    ]


def test_the_day_that_goes_on_is_counted_once_it_is_over():
    event_make(occurred_at=NOON)
    rollups_refresh(at=NOON + timedelta(hours=1))
    before = day_counts(category=""), visits(day=NOON.date())

    rollups_refresh(at=NOON + timedelta(hours=14))

    # Its visits are known so far; the rest readers take from its hours.
    assert before == ({}, {Visit.SEEN: 1, Visit.VIEWED: 1})
    assert day_counts(author_id=0, category="") == {"viewed": 1}


def test_an_event_that_comes_late_corrects_its_day():
    event_make(occurred_at=ago(days=3))
    rollups_refresh(at=NOON)
    event_make(occurred_at=ago(days=3), recorded_at=NOON, category="pets", actor_id=7)

    rollups_refresh(at=NOON + timedelta(minutes=5))

    assert day_counts(author_id=0, category="") == {"viewed": 2}
    assert day_counts(author_id=0, category="pets") == {"viewed": 1}
    assert visits(day=date(2026, 3, 7))[Visit.SEEN] == 2


def test_a_run_that_was_cut_off_is_made_up_for_by_the_next():
    event_make(occurred_at=ago(days=3))
    rollups_refresh(at=NOON)
    DayRollup.objects.filter(author_id=0).delete()
    event_make(occurred_at=ago(days=4), recorded_at=NOON)

    rollups_refresh(at=NOON + timedelta(minutes=5))

    assert day_counts(author_id=0, category="")["viewed"] == 2


def test_a_day_that_lost_events_to_the_purge_never_counts_less():
    old = ago(days=95)
    for _ in range(2):
        event_make(occurred_at=old, category="pets")
    rollups_refresh(at=NOON)
    Event.objects.all().delete()
    event_make(occurred_at=old, category="pets")

    rollups_refresh(at=NOON + timedelta(minutes=1))

    assert day_counts(author_id=0, category="") == {"viewed": 2}
    assert day_counts(author_id=0, category="pets") == {"viewed": 2}


def test_days_add_up_to_the_log_whatever_the_hours():
    kinds = [Kind.VIEWED, Kind.LIKED, Kind.UNLIKED, Kind.COMMENTED]
    for step in range(80):
        at = ago(minutes=67 * step)
        event_make(kinds[step % 4], target_id=900 + step % 3, occurred_at=at)

    rollups_refresh(at=NOON)

    logged = Counter(
        Event.objects.filter(occurred_at__lt=ago(hours=12)).values_list("kind", flat=True)
    )
    assert day_counts(author_id=0, category="") == logged
    by_author = DayRollup.objects.filter(author_id__gt=0, name__in=kinds)
    assert by_author.aggregate(n=Sum("count"))["n"] == logged.total()


def test_each_step_of_the_funnel_holds_only_visits_of_the_step_before():
    at = ago(hours=20)
    event_make(Kind.IMPRESSION, actor_id=1, occurred_at=at)
    event_make(Kind.LIKED, actor_id=1, occurred_at=at)
    for kind in (Kind.VIEWED, Kind.VIEWED, Kind.LIKED):
        event_make(kind, actor_id=2, occurred_at=at)
    for kind in (Kind.VIEWED, Kind.COMMENTED, Kind.FOLLOWED):
        event_make(kind, actor_id=3, occurred_at=at)
    event_make(Kind.FOLLOWED, actor_id=4, occurred_at=at)
    event_make(Kind.VIEWED, actor_id=900, occurred_at=at)

    rollups_refresh(at=NOON)

    # Who likes without a view stays at the first step; one's own posts are no visit.
    steps = {Visit.SEEN: 3, Visit.VIEWED: 2, Visit.ENGAGED: 2, Visit.FOLLOWED: 1}
    assert visits() == visits(author_id=900) == steps


def test_an_account_is_one_visit_a_day_however_many_authors_it_sees():
    for author in (900, 901):
        event_make(Kind.VIEWED, actor_id=1, target_id=author, occurred_at=ago(hours=20))

    rollups_refresh(at=NOON)

    assert visits()[Visit.VIEWED] == 1
    assert visits(author_id=900)[Visit.VIEWED] == visits(author_id=901)[Visit.VIEWED] == 1


def test_rollups_that_differ_from_the_log_are_found_and_counted_again():
    for hours in (20, 30, 50):
        event_make(occurred_at=ago(hours=hours))
    rollups_refresh(at=NOON)
    Rollup.objects.filter(hour=ago(hours=20), author_id=0).update(count=5)
    DayRollup.objects.filter(day=date(2026, 3, 8)).update(count=7)

    def compared(**how):
        found = rollups_check(at=NOON, **how)
        return {one.name: (one.count, len(one.wrong), one.repaired) for one in found}

    before = compared()
    fixed = compared(fix=True)

    # Yesterday agrees with its hours, which are wrong; the day before does not.
    assert before == {"rollups by hour": (3, 1, 0), "rollups by day": (2, 2, 0)}
    assert fixed == {"rollups by hour": (3, 1, 1), "rollups by day": (2, 1, 1)}
    assert {wrong for _, wrong, _ in compared().values()} == {0}


def test_what_no_run_has_taken_in_yet_is_not_called_wrong():
    event_make(occurred_at=ago(hours=30))
    rollups_refresh(at=NOON)
    event_make(occurred_at=ago(hours=30), recorded_at=NOON)

    assert [one.wrong for one in rollups_check(at=NOON)] == [[], []]


def test_a_day_of_which_an_erasure_left_nothing_counts_nothing():
    event_make(Kind.LIKED, actor_id=1, occurred_at=ago(days=3), category="pets")
    event_make(Kind.LIKED, actor_id=2, occurred_at=ago(days=5))
    rollups_refresh(at=NOON)
    account_erase(account_id=1)

    rollups_refresh(at=NOON + timedelta(days=1))

    assert day_counts(day=date(2026, 3, 7)) == {}
    assert day_counts(day=date(2026, 3, 5), author_id=0) == {"liked": 1}


def test_a_day_is_counted_anew_where_others_took_the_place_of_what_was_erased():
    event_make(Kind.LIKED, actor_id=1, occurred_at=ago(days=3))
    rollups_refresh(at=NOON)
    account_erase(account_id=1)
    event_make(Kind.LIKED, target_id=901, occurred_at=ago(days=3), recorded_at=NOON)

    rollups_refresh(at=NOON + timedelta(minutes=5))

    assert (day_counts(author_id=900), day_counts(author_id=901)) == ({}, {"liked": 1})
