"""Counts by day: from the hourly rollups as far as they are complete, from the log after that."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from analytics.models import Event, LogMark
from analytics.selectors.dialect import day_of, moment, rows_of
from analytics.selectors.weights import ACTIONS, ENGAGEMENTS

DAY = timedelta(days=1)
EVERYBODY = 0
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


def figures_by_day(*, account_id: int, period: Period) -> dict[str, dict[str, int]]:
    """Return the figures of each day that had any, by ISO date, of all posts of one account.

    EVERYBODY asks for the whole community. Acts that were taken back on a day are subtracted on
    that day, so a day may be below nought. Two queries.
    """
    mark = LogMark.objects.filter(name="rollups").values_list("complete_before", flat=True).first()
    edge = min(max(mark or _EPOCH, period.since), period.until)
    is_all = account_id == EVERYBODY
    sql = f"""
        SELECT day, kind, SUM(count), SUM(duration) FROM (
            SELECT {day_of("hour")} AS day, kind, count, duration_ms AS duration
            FROM analytics_rollup WHERE author_id = %s AND hour >= %s AND hour < %s
            UNION ALL
            SELECT {day_of("occurred_at")}, kind, COUNT(*), COALESCE(SUM(duration_ms), 0)
            FROM analytics_event
            WHERE occurred_at >= %s AND occurred_at < %s {"" if is_all else "AND target_id = %s"}
            GROUP BY 1, 2
        ) AS counted GROUP BY day, kind
    """  # noqa: S608
    since, middle, until = moment(period.since), moment(edge), moment(period.until)
    owner = [] if is_all else [account_id]
    rows = rows_of(sql, [account_id, since, middle, middle, until, *owner])
    counts: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for day, kind, count, duration in rows:
        counts[day][kind] = (int(count), int(duration))
    return {day: figures(of_day) for day, of_day in counts.items()}


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


def figures_by_post(
    post_ids: Collection[int], *, period: Period | None = None
) -> dict[int, dict[str, int]]:
    """Return the figures of each post that had events, in the period or ever. One query."""
    events = Event.objects.filter(post_id__in=list(post_ids))
    if period is not None:
        events = events.filter(occurred_at__gte=period.since, occurred_at__lt=period.until)
    rows: Any = (
        events.values("post_id", "kind")
        .annotate(count=Count("id"), duration=Coalesce(Sum("duration_ms"), 0))
        .order_by()
    )
    counts: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        counts[row["post_id"]][row["kind"]] = (row["count"], row["duration"])
    return {post_id: figures(of_post) for post_id, of_post in counts.items()}


def active_accounts(*, at: datetime) -> dict[str, int]:
    """Return how many accounts acted in the last day, 7 days and 30 days. One query."""
    kinds = ", ".join(["%s"] * len(ACTIONS))
    sql = f"""
        SELECT COUNT(DISTINCT CASE WHEN occurred_at >= %s THEN actor_id END),
               COUNT(DISTINCT CASE WHEN occurred_at >= %s THEN actor_id END),
               COUNT(DISTINCT actor_id)
        FROM analytics_event
        WHERE occurred_at >= %s AND occurred_at <= %s AND actor_id IS NOT NULL
          AND kind IN ({kinds})
    """  # noqa: S608
    starts = [moment(at - DAY * days) for days in (1, 7, 30)]
    [(day, week, month)] = rows_of(sql, [*starts, moment(at), *ACTIONS])
    return {"daily": day, "weekly": week, "monthly": month}


def top_categories(*, period: Period, limit: int = 10) -> list[dict[str, Any]]:
    """Return the categories that most was liked, saved, shared and commented in. One query."""
    kinds = ", ".join(["%s"] * len(ENGAGEMENTS))
    sql = f"""
        SELECT category, COUNT(*), COUNT(DISTINCT actor_id) FROM analytics_event
        WHERE occurred_at >= %s AND occurred_at < %s AND category <> '' AND kind IN ({kinds})
        GROUP BY category ORDER BY COUNT(*) DESC, category LIMIT %s
    """  # noqa: S608
    window = [moment(period.since), moment(period.until)]
    rows = rows_of(sql, [*window, *ENGAGEMENTS, limit])
    return [{"category": name, "engagements": n, "accounts": a} for name, n, a in rows]
