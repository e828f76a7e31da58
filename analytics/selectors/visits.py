"""How far those came who came: the funnel from seeing a post to following its author.

Its unit is the visit: one account on one UTC day. A visit counts as seen when the account met a
post of somebody else, as viewed when it viewed one too, as engaged when it also liked or commented
on one, as followed when it also followed somebody. Each step holds only visits of the step before.
"""

from collections.abc import Mapping
from typing import Any

from analytics.models import DayRollup, Event

Kind = Event.Kind
Visit = DayRollup.Visit

_SEEN = (Kind.IMPRESSION, Kind.VIEWED, Kind.SKIPPED, Kind.DWELLED)
_ENGAGED = (Kind.LIKED, Kind.COMMENTED)


def visits_sql(*, day: str, by_author: bool, where: str = "") -> str:
    """Return the SELECT of (day, name, author_id, visits) in a window of the log.

    `day` is the SQL that says which day; the parameters are the window's two ends, and those of
    `where`. Author 0 stands for everybody where it is not `by_author`.
    """
    author = "target_id" if by_author else "0"
    steps = " UNION ALL ".join(f"SELECT '{visit.value}' AS name" for visit in Visit)
    counts = " ".join(f"WHEN '{visit.value}' THEN {visit.name.lower()}" for visit in Visit)
    return f"""
        SELECT day, step.name AS name, author_id, CASE step.name {counts} END AS visits FROM (
            SELECT day, author_id, COUNT(*) AS seen, SUM(viewed) AS viewed,
                   SUM(viewed * engaged) AS engaged, SUM(viewed * engaged * followed) AS followed
            FROM (
                SELECT {day} AS day, {author} AS author_id, actor_id,
                       {_any(Kind.VIEWED)} AS viewed, {_any(*_ENGAGED)} AS engaged,
                       {_any(Kind.FOLLOWED)} AS followed
                FROM analytics_event
                WHERE occurred_at >= %s AND occurred_at < %s AND actor_id <> target_id
                  AND kind IN ({_listed(*_SEEN, *_ENGAGED, Kind.FOLLOWED)}) {where}
                GROUP BY 1, 2, 3 HAVING {_any(*_SEEN)} = 1
            ) AS visit GROUP BY 1, 2
        ) AS counted CROSS JOIN ({steps}) AS step
    """  # noqa: S608 - our own names alone are in the text


def funnel(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the steps of the funnel, in order, of visits by name.

    `of_first` is the share of the first step, `of_previous` that of the step before; None where
    there is nothing to share.

    >>> funnel({"visit_seen": 8, "visit_viewed": 4})[1]
    {'step': 'viewed', 'visits': 4, 'of_first': 0.5, 'of_previous': 0.5}
    """
    found = [counts.get(visit.value, 0) for visit in Visit]
    return [
        {
            "step": visit.name.lower(),
            "visits": count,
            "of_first": _share(count, found[0]),
            "of_previous": _share(count, found[max(place - 1, 0)]),
        }
        for place, (visit, count) in enumerate(zip(Visit, found, strict=True))
    ]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _any(*kinds: str) -> str:
    return f"MAX(CASE WHEN kind IN ({_listed(*kinds)}) THEN 1 ELSE 0 END)"


def _listed(*kinds: str) -> str:
    return ", ".join(f"'{Event.Kind(kind).value}'" for kind in kinds)
