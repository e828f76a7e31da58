"""Counting the log by hour, then by day. The only writer of Rollup and of its mark."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from analytics.models import Event, LogMark, Rollup
from analytics.selectors.dialect import greater_of, hour_of, id_ranges, moment, moment_read, rows_of
from analytics.services.day_rollups import SUMS_BY_AUTHOR, days_counted, days_refresh, sums_of
from analytics.services.presence import presence_refresh
from analytics.services.retention import purged_before
from socialml.core.schedules import window_claim

HOUR = timedelta(hours=1)
MARK = "rollups"
# Longer than any transaction of ours: what was invisible then is visible now, or gone.
SETTLED_AFTER = timedelta(minutes=10)
# Hours of one transaction: on SQLite other writers wait for it.
_HOURS_AT_ONCE = 24
# Hours of one statement that compares, so that it ends in time whatever the log holds.
_HOURS_COMPARED = 7 * 24
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def rollups_refresh(*, at: datetime) -> int:
    """Count again each hour that events were recorded for since the last run; return how many.

    A touched hour is counted anew from the log, so a late event, or a second run over the same
    events, leaves exact counts. An hour older than the log is kept may have lost events to the
    purge: there a count never falls. Days that are over, and who was there, follow in the same run;
    each step looks for what differs, so that a run that was cut off is made up for by the next.
    """
    newest = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
    mark, _ = LogMark.objects.get_or_create(
        name=MARK, defaults={"seen_id": newest, "seen_at": at, "complete_before": _NEVER}
    )
    is_daily = window_claim(name="rollups compared", every=timedelta(days=1), at=at)
    after_id = 0 if is_daily else mark.settled_id
    touched = hours_touched(after_id, newest)
    looked_at = sorted({*touched, *hours_counted(at=at)}) if is_daily else touched
    hours = hours_changed(looked_at)
    for start in range(0, len(hours), _HOURS_AT_ONCE):
        hours_recount(hours[start : start + _HOURS_AT_ONCE], at=at)
    complete_before = _hour(at - SETTLED_AFTER)
    days = {hour.date() for hour in looked_at}
    days_refresh(
        days_counted() if is_daily else days | _closed(mark.complete_before, complete_before),
        before=complete_before.date(),
        purged_before=purged_before(at=at).date(),
    )
    presence_refresh(after_id=after_id, to_id=newest, days=days, at=at)
    _advance(mark, newest=newest, at=at)
    return len(hours)


@transaction.atomic
def hours_recount(hours: Sequence[datetime], *, at: datetime) -> None:
    """Make the rollups of these hours (UTC, whole) say what the log holds."""
    purged = purged_before(at=at)
    for hour in hours:
        if hour >= purged:
            Rollup.objects.filter(hour=hour).delete()
        _insert(hour)


def _insert(hour: datetime) -> None:
    greater = greater_of()
    # Ordered, so that two runs at once meet in the same order and none waits for the other's.
    sql = f"""
        INSERT INTO analytics_rollup AS old
            (hour, kind, author_id, count, accounts, duration_ms)
        SELECT %s, kind, author_id, events, accounts, duration FROM (
            SELECT kind, 0 AS author_id, COUNT(*) AS events,
                   COUNT(DISTINCT actor_id) AS accounts, COALESCE(SUM(duration_ms), 0) AS duration
            FROM analytics_event WHERE occurred_at >= %s AND occurred_at < %s GROUP BY kind
            UNION ALL
            SELECT kind, target_id, COUNT(*), COUNT(DISTINCT actor_id),
                   COALESCE(SUM(duration_ms), 0)
            FROM analytics_event
            WHERE occurred_at >= %s AND occurred_at < %s AND target_id IS NOT NULL
            GROUP BY kind, target_id
        ) AS counted WHERE TRUE ORDER BY author_id, kind
        ON CONFLICT (author_id, hour, kind) DO UPDATE SET
            count = {greater}(old.count, excluded.count),
            accounts = {greater}(old.accounts, excluded.accounts),
            duration_ms = {greater}(old.duration_ms, excluded.duration_ms)
    """  # noqa: S608 - no value of anybody's is in the text
    start, end = moment(hour), moment(hour + HOUR)
    with connection.cursor() as cursor:
        cursor.execute(sql, [start, start, end, start, end])


def hours_touched(after_id: int, to_id: int) -> list[datetime]:
    """Return the hours of the events with ids above `after_id` up to `to_id`."""
    sql = f"""
        SELECT DISTINCT {hour_of("occurred_at")} FROM analytics_event WHERE id > %s AND id <= %s
    """  # noqa: S608
    return sorted(
        {moment_read(hour) for ids in id_ranges(after_id, to_id) for (hour,) in rows_of(sql, ids)}
    )


def hours_counted(*, at: datetime) -> list[datetime]:
    """Return the hours that have rollups, and whose events no purge has touched."""
    hours = Rollup.objects.filter(author_id=0, hour__gte=purged_before(at=at))
    return list(hours.values_list("hour", flat=True).distinct())


def hours_changed(hours: list[datetime]) -> list[datetime]:
    """Keep the hours whose rollups do not add up to the log, which only grows or is erased."""
    weeks = (
        hours[start : start + _HOURS_COMPARED] for start in range(0, len(hours), _HOURS_COMPARED)
    )
    return [hour for week in weeks for hour in _hours_changed_of(week)]


def _hours_changed_of(hours: list[datetime]) -> list[datetime]:
    logged = f"""
        SELECT {hour_of("occurred_at")}, kind, COUNT(*), SUM(duration_ms), SUM(target_id)
        FROM analytics_event WHERE occurred_at >= %s AND occurred_at < %s GROUP BY 1, 2
    """  # noqa: S608
    counted = f"""
        SELECT hour, kind, {SUMS_BY_AUTHOR} FROM analytics_rollup
        WHERE hour >= %s AND hour < %s GROUP BY 1, 2
    """  # noqa: S608
    window = [moment(hours[0]), moment(hours[-1] + HOUR)]
    log, rollups = (sums_of(rows_of(sql, window), moment_read) for sql in (logged, counted))
    return [hour for hour in hours if log.get(hour) != rollups.get(hour)]


def _advance(mark: LogMark, *, newest: int, at: datetime) -> None:
    if at - mark.seen_at >= SETTLED_AFTER:
        mark.settled_id, mark.seen_id, mark.seen_at = mark.seen_id, newest, at
    mark.complete_before = _hour(at - SETTLED_AFTER)
    mark.save()


def _closed(since: datetime, until: datetime) -> set[date]:
    """Return the days that ended from `since` to `until`; of before the first run none."""
    if since == _NEVER:
        return set()
    first, last = since.date(), until.date()
    return {first + timedelta(days=number) for number in range((last - first).days)}


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
