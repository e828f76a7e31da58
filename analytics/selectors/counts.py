"""Counts by day: from rollups as far as they are complete, from the log after that."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from analytics.models import Event, LogMark
from analytics.selectors.dialect import date_adapted, day_of, moment, rows_of, text_of

DAY = timedelta(days=1)
EVERYBODY = 0
# The ranges that are asked for most.
RANGES_DAYS = (7, 30, 90)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kind = Event.Kind

# What a day's figures are made of: kinds that add, kinds that take back.
FIGURES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "posts": ((Kind.POSTED,), ()),
    "impressions": ((Kind.IMPRESSION,), ()),
    "views": ((Kind.VIEWED,), ()),
    "skips": ((Kind.SKIPPED,), ()),
    "likes": ((Kind.LIKED,), (Kind.UNLIKED,)),
    "comments": ((Kind.COMMENTED,), (Kind.COMMENT_DELETED,)),
    "shares": ((Kind.SHARED,), ()),
    "saves": ((Kind.SAVED,), (Kind.UNSAVED,)),
    "profile_views": ((Kind.PROFILE_VIEWED,), ()),
    "followers_gained": ((Kind.FOLLOWED,), (Kind.UNFOLLOWED,)),
}
_WATCHED = frozenset({Kind.VIEWED, Kind.SKIPPED})


@dataclass(frozen=True, slots=True)
class Period:
    """Whole UTC days, the last one left out."""

    since: datetime
    until: datetime

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one starts."""
        return Period(self.since - (self.until - self.since), self.since)

    @property
    def days(self) -> list[date]:
        count = (self.until - self.since) // DAY
        return [(self.since + DAY * number).date() for number in range(count)]


def usual_periods(*, at: datetime) -> list[Period]:
    """Return the periods of RANGES_DAYS that end with the day of `at`."""
    until = at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return [Period(until - DAY * days, until) for days in RANGES_DAYS]


def figures_by_day(*, account_id: int, period: Period) -> dict[str, dict[str, int]]:
    """Return the figures of each day that had any, by ISO date, of all posts of one account.

    EVERYBODY asks for the whole community. Acts that were taken back on a day are subtracted on
    that day, so a day may be below nought. Two queries.
    """
    counts = counts_by_day(account_id=account_id, period=period)
    return {day: figures(of_day) for day, of_day in counts.items()}


def counts_by_day(*, account_id: int, period: Period) -> dict[str, dict[str, tuple[int, int]]]:
    """Return (count, milliseconds) by ISO date and by name: kinds of events, and visits.

    Days that are over come from their rollups, the hours of the day that goes on from theirs, and
    the last hour from the log; visits are those that were counted so far. Two queries.
    """
    days, hours = rolled_until(period)
    is_all = account_id == EVERYBODY
    sql = f"""
        SELECT day, name, SUM(count), SUM(duration) FROM (
            SELECT {text_of("day")} AS day, name, count, duration_ms AS duration
            FROM analytics_dayrollup
            WHERE author_id = %s AND category = '' AND day >= %s AND day < %s
            UNION ALL
            SELECT {day_of("hour")}, kind, count, duration_ms
            FROM analytics_rollup WHERE author_id = %s AND hour >= %s AND hour < %s
            UNION ALL
            SELECT {day_of("occurred_at")}, kind, COUNT(*), COALESCE(SUM(duration_ms), 0)
            FROM analytics_event
            WHERE occurred_at >= %s AND occurred_at < %s {"" if is_all else "AND target_id = %s"}
            GROUP BY 1, 2
        ) AS counted GROUP BY day, name
    """  # noqa: S608
    rows = rows_of(
        sql,
        [
            *(account_id, date_adapted(period.since.date()), date_adapted(period.until.date())),
            *(account_id, moment(days), moment(hours)),
            *(moment(hours), moment(period.until), *([] if is_all else [account_id])),
        ],
    )
    counts: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for day, name, count, duration in rows:
        counts[day][name] = (int(count), int(duration))
    return counts


def rolled_until(period: Period) -> tuple[datetime, datetime]:
    """Return up to when the period's days, and up to when its hours, are in the rollups.

    Both lie within the period; all before the first is in days, up to the second in hours, and
    what follows is in the log alone. One query.
    """
    mark = LogMark.objects.filter(name="rollups").values_list("complete_before", flat=True).first()
    hours = min(max(mark or _EPOCH, period.since), period.until)
    return hours.replace(hour=0), hours


def figures(counts: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """Return FIGURES and the milliseconds watched, of (count, milliseconds) by kind."""
    made = {
        name: sum(counts.get(kind, (0, 0))[0] for kind in given)
        - sum(counts.get(kind, (0, 0))[0] for kind in taken)
        for name, (given, taken) in FIGURES.items()
    }
    made["watch_ms"] = sum(counts.get(kind, (0, 0))[1] for kind in _WATCHED)
    return made


def totals(by_day: Mapping[str, Mapping[str, int]], period: Period) -> dict[str, float]:
    """Return the sums over the period, and the engagement rate: engagements by view."""
    days = [by_day[day.isoformat()] for day in period.days if day.isoformat() in by_day]
    summed: dict[str, float] = {name: sum(day[name] for day in days) for name in figures({})}
    engaged = sum(summed[name] for name in ("likes", "comments", "shares", "saves"))
    summed["engagement_rate"] = round(engaged / summed["views"], 4) if summed["views"] else 0.0
    return summed


def figures_by_post(post_ids: Collection[int], *, period: Period) -> dict[int, dict[str, int]]:
    """Return the figures of each post that had events in the period. One query."""
    if not post_ids:
        return {}
    ids = ", ".join(str(int(post_id)) for post_id in post_ids)
    # Materialised, so that the posts' index is read: a planner that thinks the period short reads
    # everybody's events of it instead.
    sql = f"""
        WITH theirs AS MATERIALIZED (
            SELECT post_id, kind, duration_ms, occurred_at FROM analytics_event
            WHERE post_id IN ({ids})
        )
        SELECT post_id, kind, COUNT(*), COALESCE(SUM(duration_ms), 0) FROM theirs
        WHERE occurred_at >= %s AND occurred_at < %s GROUP BY post_id, kind
    """  # noqa: S608
    counts: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for post_id, kind, count, spent in rows_of(sql, [moment(period.since), moment(period.until)]):
        counts[post_id][kind] = (int(count), int(spent))
    return {post_id: figures(of_post) for post_id, of_post in counts.items()}
