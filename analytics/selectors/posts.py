"""What happened to one post, for its author."""

from collections import defaultdict
from typing import Any

from django.db.models import Avg, Count, Q, Sum

from analytics.models import Event
from analytics.selectors.counts import figures
from analytics.selectors.dialect import day_of, rows_of

Kind = Event.Kind
_PLAYED = {"starts": Kind.STARTED, "completes": Kind.COMPLETED, "loops": Kind.LOOPED}


def post_by_day(post_id: int) -> dict[str, dict[str, int]]:
    """Return the post's figures of each day that had any, by ISO date. One query."""
    sql = f"""
        SELECT {day_of("occurred_at")}, kind, COUNT(*), COALESCE(SUM(duration_ms), 0)
        FROM analytics_event WHERE post_id = %s GROUP BY 1, 2
    """  # noqa: S608
    counts: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for day, kind, count, duration in rows_of(sql, [post_id]):
        counts[day][kind] = (int(count), int(duration))
    return {day: figures(of_day) for day, of_day in sorted(counts.items())}


def post_audience(post_id: int, *, length_ms: int | None) -> dict[str, Any]:
    """Return who watched the post, for how long, how far, and where they met it.

    `length_ms` is a reel's length: completion is the share of it that a view covered on average,
    loops not counted; None where there is no length. "played" is what clients told while it
    played: a client need not tell that. "feed" are views out of a ranked slate, "elsewhere" all
    others. Two queries, three for a reel.
    """
    seen = Event.objects.filter(post_id=post_id, kind__in=(Kind.VIEWED, Kind.SKIPPED))
    viewed = Q(kind=Kind.VIEWED)
    found = seen.aggregate(
        viewers=Count("actor_id", filter=viewed, distinct=True),
        skips=Count("id", filter=~viewed),
        feed=Count("id", filter=viewed & Q(slate_id__isnull=False)),
        elsewhere=Count("id", filter=viewed & Q(slate_id__isnull=True)),
        watch_ms=Sum("duration_ms"),
        mean_watch_ms=Avg("duration_ms"),
    )
    mean = found["mean_watch_ms"]
    told = Event.objects.filter(post_id=post_id).aggregate(
        impressions=Count("id", filter=Q(kind=Kind.IMPRESSION)),
        **{name: Count("id", filter=Q(kind=kind)) for name, kind in _PLAYED.items()},
    )
    shown = told.pop("impressions")
    views = found["feed"] + found["elsewhere"]
    return {
        "unique_viewers": found["viewers"],
        "watch_ms": found["watch_ms"] or 0,
        "mean_watch_ms": None if mean is None else round(mean),
        "played": told,
        "completion": _completion(post_id, length_ms) if length_ms else None,
        "skip_rate": round(found["skips"] / (views + found["skips"]), 4) if found["skips"] else 0.0,
        "view_rate": round(views / shown, 4) if shown else None,
        "sources": {"feed": found["feed"], "elsewhere": found["elsewhere"]},
    }


def _completion(post_id: int, length_ms: int) -> float | None:
    sql = """
        SELECT AVG(CASE WHEN duration_ms > %s THEN 1.0 ELSE duration_ms * 1.0 / %s END)
        FROM analytics_event
        WHERE post_id = %s AND kind IN ('viewed', 'skipped') AND duration_ms IS NOT NULL
    """
    [(mean,)] = rows_of(sql, [length_ms, length_ms, post_id])
    return None if mean is None else round(float(mean), 4)
