"""Counting whole days. The only writer of DayRollup."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from analytics.models import DayRollup
from analytics.selectors.counts import FIGURES
from analytics.selectors.dialect import (
    date_adapted,
    date_read,
    day_of,
    greater_of,
    moment,
    rows_of,
)
from analytics.selectors.visits import visits_sql

DAY = timedelta(days=1)
# Of an author no other kinds are ever shown.
SHOWN_KINDS = ", ".join(
    sorted({f"'{kind}'" for sides in FIGURES.values() for side in sides for kind in side})
)
VISITS = ", ".join(f"'{visit}'" for visit in DayRollup.Visit.values)

# What two countings of one kind must agree on: how many, how long, and with whose posts.
SUMS_BY_AUTHOR = """
    SUM(CASE WHEN author_id = 0 THEN count ELSE 0 END),
    SUM(CASE WHEN author_id = 0 THEN duration_ms ELSE 0 END), SUM(author_id * count)
"""
Sums = dict[str, tuple[int, ...]]


def days_refresh(days: Collection[date], *, before: date, purged_before: date) -> list[date]:
    """Count again those of `days`, of before `before`, that do not add up to their hours.

    Return them. Of a later day, which goes on, readers take most from its hours and the log: only
    what those do not tell, everybody's visits and categories, is counted as it is now. With no day
    counted yet, all are. Days up to `purged_before` may have lost events to the purge:
    there a figure never falls.
    """
    asked = set(days) if DayRollup.objects.exists() else _days_with_hours()
    changed = days_changed(sorted(day for day in asked if day < before))
    for day in changed:
        _recount(day, _SOURCES, is_whole=day > purged_before)
    for day in sorted(day for day in asked if day >= before):
        _recount(day, _OPEN_SOURCES, is_whole=True)
    return changed


def midnight(day: date) -> datetime:
    """Return when the UTC day begins."""
    return datetime.combine(day, time(), tzinfo=UTC)


def days_counted() -> list[date]:
    """Return the days that have hourly rollups, or figures of their own. Two queries."""
    return sorted(_days_with_hours() | set(DayRollup.objects.values_list("day", flat=True)))


def days_changed(days: list[date]) -> list[date]:
    """Keep the days whose figures do not add up to their hours."""
    if not days:
        return []
    hourly = f"""
        SELECT {day_of("hour")}, kind, {SUMS_BY_AUTHOR} FROM analytics_rollup
        WHERE hour >= %s AND hour < %s AND (author_id = 0 OR kind IN ({SHOWN_KINDS}))
        GROUP BY 1, 2
    """  # noqa: S608
    daily = f"""
        SELECT day, name, {SUMS_BY_AUTHOR} FROM analytics_dayrollup
        WHERE day >= %s AND day <= %s AND category = '' AND name NOT IN ({VISITS}) GROUP BY 1, 2
    """  # noqa: S608
    moments = [moment(midnight(days[0])), moment(midnight(days[-1]) + DAY)]
    hours = sums_of(rows_of(hourly, moments), date_read)
    counted = sums_of(rows_of(daily, [date_adapted(days[0]), date_adapted(days[-1])]), date_read)
    return [day for day in days if hours.get(day) != counted.get(day)]


def sums_of(rows: Iterable[tuple[Any, ...]], read: Callable[[Any], Any]) -> dict[Any, Sums]:
    """Return what SQL summed, by moment or day and by kind."""
    found: defaultdict[Any, Sums] = defaultdict(dict)
    for when, kind, *sums in rows:
        found[read(when)][kind] = tuple(int(one or 0) for one in sums)
    return found


def _days_with_hours() -> set[date]:
    sql = f"SELECT DISTINCT {day_of('hour')} FROM analytics_rollup WHERE author_id = 0"  # noqa: S608
    return {date_read(day) for (day,) in rows_of(sql, [])}


@transaction.atomic
def _recount(day: date, sources: Iterable[str], *, is_whole: bool) -> None:
    """Make the day's figures say what its hours and the log hold."""
    if is_whole:
        DayRollup.objects.filter(day=day).delete()
    for source in sources:
        _insert(day, source)


def _insert(day: date, source: str) -> None:
    greater = greater_of()
    # Ordered, so that two runs at once meet in the same order and none waits for the other's.
    sql = f"""
        INSERT INTO analytics_dayrollup AS old
            (day, name, author_id, category, count, duration_ms)
        SELECT %s, name, author_id, category, count, duration FROM ({source}) AS counted
        WHERE count > 0 ORDER BY author_id, category, name
        ON CONFLICT (author_id, category, day, name) DO UPDATE SET
            count = {greater}(old.count, excluded.count),
            duration_ms = {greater}(old.duration_ms, excluded.duration_ms)
    """  # noqa: S608 - no value of anybody's is in the text
    window = [moment(midnight(day)), moment(midnight(day) + DAY)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [date_adapted(day), *window])


def _visits(*, by_author: bool) -> str:
    visits = visits_sql(day="1", by_author=by_author)
    return f"""
        SELECT name, author_id, '' AS category, visits AS count, 0 AS duration
        FROM ({visits}) AS visits
    """  # noqa: S608


# Each gives (name, author_id, category, count, duration) between two moments.
_OPEN_SOURCES = (
    """
        SELECT kind AS name, 0 AS author_id, category, COUNT(*) AS count,
               COALESCE(SUM(duration_ms), 0) AS duration
        FROM analytics_event WHERE occurred_at >= %s AND occurred_at < %s AND category <> ''
        GROUP BY kind, category
    """,
    _visits(by_author=False),
)
_SOURCES = (
    f"""
        SELECT kind AS name, author_id, '' AS category, SUM(count) AS count,
               SUM(duration_ms) AS duration
        FROM analytics_rollup WHERE hour >= %s AND hour < %s
          AND (author_id = 0 OR kind IN ({SHOWN_KINDS}))
        GROUP BY kind, author_id
    """,  # noqa: S608
    *_OPEN_SOURCES,
    _visits(by_author=True),
)
