"""Who was there on which day. The only writer of AccountDay, ActiveCount and Cohort."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Min

from analytics.models import AccountDay, ActiveCount, Cohort, Event
from analytics.selectors.dialect import date_adapted, date_of, greater_of, id_ranges, rows_of
from analytics.selectors.weights import ACTIONS
from analytics.services.retention import purged_before

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONTH_DAYS = 30
# A cohort is followed for a quarter.
COHORT_WEEKS = 12


def presence_refresh(*, after_id: int, to_id: int, days: Collection[date], at: datetime) -> None:
    """Take in the events with ids above `after_id` up to `to_id`, which touched `days`.

    Counts that reach back behind what the log still holds never fall.
    """
    _days_add(after_id, to_id)
    today, purged = at.date(), purged_before(at=at).date()
    for day in sorted(_ends(days, today)):
        _count(day, is_whole=day - DAY * (MONTH_DAYS - 1) > purged)
    weeks = {monday(day) for day in days if day <= today} | {monday(today)}
    _cohorts_count(sorted(weeks)[-COHORT_WEEKS:], since=_next_monday(purged), today=today)


def monday(day: date) -> date:
    """Return the first day of the week that `day` lies in.

    >>> monday(date(2026, 11, 8))
    datetime.date(2026, 11, 2)
    """
    return day - DAY * day.weekday()


def _days_add(after_id: int, to_id: int) -> None:
    kinds = ", ".join(["%s"] * len(ACTIONS))
    first = f"MAX(CASE WHEN kind = '{Event.Kind.SIGNED_UP.value}' THEN 1 ELSE 0 END) = 1"
    # Ordered, so that two runs at once meet in the same order and none waits for the other's.
    sql = f"""
        INSERT INTO analytics_accountday AS old (account_id, day, is_first)
        SELECT actor_id, {date_of("occurred_at")}, {first} FROM analytics_event
        WHERE id > %s AND id <= %s AND actor_id IS NOT NULL AND kind IN ({kinds})
        GROUP BY 1, 2 ORDER BY 2, 1
        ON CONFLICT (day, account_id) DO UPDATE SET is_first = excluded.is_first
            WHERE excluded.is_first AND NOT old.is_first
    """  # noqa: S608 - our own names alone are in the text
    with connection.cursor() as cursor:
        for ids in id_ranges(after_id, to_id):
            cursor.execute(sql, [*ids, *ACTIONS])


def _ends(days: Collection[date], today: date) -> set[date]:
    """Return the days whose counts may have changed: those with none, and a month from each."""
    oldest = AccountDay.objects.aggregate(oldest=Min("day"))["oldest"]
    if oldest is None:
        return set()
    all_days = {oldest + DAY * number for number in range((today - oldest).days + 1)}
    missing = all_days - set(ActiveCount.objects.values_list("day", flat=True))
    month = {day + DAY * number for day in days for number in range(MONTH_DAYS)}
    return missing | {day for day in month if day <= today} | {today}


def _count(day: date, *, is_whole: bool) -> None:
    sql = """
        SELECT COUNT(DISTINCT CASE WHEN day >= %s THEN account_id END),
               COUNT(DISTINCT CASE WHEN day >= %s THEN account_id END),
               COUNT(DISTINCT account_id)
        FROM analytics_accountday WHERE day >= %s AND day <= %s
    """
    starts = [day - DAY * (length - 1) for length in (1, 7, MONTH_DAYS)]
    [found] = rows_of(sql, [date_adapted(one) for one in (*starts, day)])
    names = ("daily", "weekly", "monthly")
    # The greater of the two, where the log has let go of a part of the window.
    sets = (
        f"{n} = excluded.{n}" if is_whole else _greatest("analytics_activecount", n) for n in names
    )
    upsert = f"""
        INSERT INTO analytics_activecount (day, daily, weekly, monthly) VALUES (%s, %s, %s, %s)
        ON CONFLICT (day) DO UPDATE SET {", ".join(sets)}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(upsert, [date_adapted(day), *found])


def _greatest(table: str, name: str) -> str:
    return f"{name} = {greater_of()}({table}.{name}, excluded.{name})"


def _cohorts_count(weeks: Collection[date], *, since: date, today: date) -> None:
    """Count again who was there in these weeks, of each cohort from `since` on."""
    oldest = max(since, monday(today) - WEEK * (COHORT_WEEKS - 1))
    joined = dict(
        AccountDay.objects.filter(is_first=True, day__gte=oldest).values_list("account_id", "day")
    )
    cells, known = [], Cohort.objects.filter(week__gte=oldest).values_list("week", "weeks_later")
    counted = [(cohort, cohort + WEEK * later) for cohort, later in known]
    for week in weeks:
        rows = AccountDay.objects.filter(day__gte=week, day__lt=week + WEEK)
        there = rows.values_list("account_id", flat=True).distinct()
        found = Counter(monday(joined[one]) for one in there if one in joined)
        # Of whom nobody is there any more, as after an erasure, are counted as none.
        cohorts = {*found, *(cohort for cohort, counted_week in counted if counted_week == week)}
        cells += [
            Cohort(week=cohort, weeks_later=(week - cohort) // WEEK, accounts=found[cohort])
            for cohort in cohorts
            if cohort <= week
        ]
    Cohort.objects.bulk_create(
        sorted(cells, key=lambda cell: (cell.week, cell.weeks_later)),
        update_conflicts=True,
        unique_fields=["week", "weeks_later"],
        update_fields=["accounts"],
    )


def _next_monday(day: date) -> date:
    return monday(day) + WEEK if day.weekday() else day
