"""Who and what stood out in a period: the authors and the categories with the most."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson
from django.db.models import Sum

from analytics.models import DayRollup
from analytics.selectors.counts import FIGURES, Period, figures, rolled_until
from analytics.selectors.dialect import date_adapted, moment, rows_of
from socialml.core import cache

# Adding up all authors of a month takes a while; the task that counts does it anew.
_KEPT_SECONDS = 900
_MARKS = ("likes", "comments", "shares", "saves")

# What authors and posts may be ordered by: kinds that add, kinds that take back.
METRICS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "engagements": (
            tuple(kind for name in _MARKS for kind in FIGURES[name][0]),
            tuple(kind for name in _MARKS for kind in FIGURES[name][1]),
        ),
        **FIGURES,
    }
)


def metric_of(figures_: Mapping[str, float], metric: str) -> float:
    """Return the metric, one of METRICS, out of the figures of something."""
    names = _MARKS if metric == "engagements" else (metric,)
    return sum(figures_[name] for name in names)


def top_creators(*, period: Period, metric: str, limit: int = 10) -> list[dict[str, Any]]:
    """Return the authors with the most of the metric, and their figures, the best first.

    Without any of it nobody is listed; ties go to the older account. Three queries.
    """
    given, taken = METRICS[metric]
    kinds = _listed((*given, *taken))
    signed = f"CASE WHEN name IN ({_listed(given)}) THEN count ELSE -count END"
    source, parameters = _counted(period, where=f"author_id > 0 AND name IN ({kinds})", spent="0")
    sql = f"""
        SELECT author_id, SUM({signed}) FROM ({source}) AS counted
        GROUP BY author_id HAVING SUM({signed}) > 0 ORDER BY 2 DESC, 1 LIMIT %s
    """  # noqa: S608 - our own names alone are in the text
    ids = [author_id for author_id, _ in rows_of(sql, [*parameters, limit])]
    found = _figures_of(ids, period)
    return [{"author_id": author_id, **found[author_id]} for author_id in ids]


def top_creators_kept(
    *, period: Period, metric: str = "engagements", limit: int = 10, anew: bool = False
) -> list[dict[str, Any]]:
    """Return `top_creators` as of at most a quarter of an hour ago; with `anew`, of now."""
    name = f"creators:{period.since.date()}:{period.until.date()}:{metric}:{limit}"
    if anew:
        cache.forget([name])
    found: list[dict[str, Any]] = orjson.loads(
        cache.get_or_load(
            name,
            lambda: orjson.dumps(top_creators(period=period, metric=metric, limit=limit)),
            seconds=_KEPT_SECONDS,
        )
    )
    return found


def top_categories(*, period: Period, limit: int = 10) -> list[dict[str, Any]]:
    """Return the categories most engaged with, and their figures, the best first. One query.

    As of the last run of the rollups.
    """
    rows = (
        DayRollup.objects.filter(author_id=0, day__gte=period.since, day__lt=period.until)
        .exclude(category="")
        .values_list("category", "name")
        .annotate(total=Sum("count"), duration=Sum("duration_ms"))
        .order_by()
    )
    found = [{"category": name, **of_one} for name, of_one in _gathered(list(rows)).items()]
    best = sorted(found, key=lambda one: (-metric_of(one, "engagements"), one["category"]))
    return best[:limit]


def _figures_of(author_ids: Sequence[int], period: Period) -> dict[int, dict[str, int]]:
    if not author_ids:
        return {}
    ids = ", ".join(str(int(author_id)) for author_id in author_ids)
    source, parameters = _counted(period, where=f"author_id IN ({ids})")
    sql = f"""
        SELECT author_id, name, SUM(count), SUM(duration) FROM ({source}) AS counted
        GROUP BY author_id, name
    """  # noqa: S608
    return _gathered(rows_of(sql, parameters))


def _counted(period: Period, *, where: str, spent: str = "duration_ms") -> tuple[str, list[Any]]:
    """Return the SELECT of (author_id, name, count, duration) in the period, and its parameters.

    `where` asks for single authors, whose rows have no category. Without the time `spent` the
    index of the ranking is all that is read.
    """
    days, hours = rolled_until(period)
    in_hours = where.replace("name", "kind")
    in_log = in_hours.replace("author_id", "target_id")
    sql = f"""
        SELECT author_id, name, count, {spent} AS duration FROM analytics_dayrollup
        WHERE {where} AND day >= %s AND day < %s
        UNION ALL
        SELECT author_id, kind, count, {spent} FROM analytics_rollup
        WHERE {in_hours} AND hour >= %s AND hour < %s
        UNION ALL
        SELECT target_id, kind, 1, COALESCE({spent}, 0) FROM analytics_event
        WHERE {in_log} AND occurred_at >= %s AND occurred_at < %s
    """  # noqa: S608
    moments = [moment(days), moment(hours), moment(hours), moment(period.until)]
    return sql, [date_adapted(period.since.date()), date_adapted(days.date()), *moments]


def _gathered(rows: Sequence[tuple[Any, ...]]) -> dict[Any, dict[str, int]]:
    counts: dict[Any, dict[str, tuple[int, int]]] = defaultdict(dict)
    for subject, name, count, duration in rows:
        counts[subject][name] = (int(count), int(duration))
    return {subject: figures(of_one) for subject, of_one in counts.items()}


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)
