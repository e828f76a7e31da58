"""What accounts did, as columns for the behaviour models.

In SQL by hand: these are the queries that read the whole log, and the ORM's conversion of each
value costs as much as all the rest.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from analytics.models import Event
from analytics.selectors.dialect import each_of, moment, rows_of, seconds_of
from analytics.selectors.weights import ACTIONS, LONG_VIEW, LONG_VIEW_MS, SIGNALS

# Account, seconds since 1970, kind, milliseconds, whether it was a reel, whom it was done to,
# category.
Act = tuple[int, float, str, int | None, bool, int | None, str]

# What somebody is drawn to, the column that names it, and the join that column needs.
_TASTES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("categories", "e.category", str),
    ("authors", "e.target_id", str),
    ("kinds", "e.post_kind", str),
    ("hashtags", "tag.value", lambda: each_of("e.hashtags")),
)


def acts_of(*, low: int, high: int, since: datetime, until: datetime) -> Iterator[Act]:
    """Yield what the accounts with ids from `low` to `high` did in the window, in no order.

    One query, all of whose rows are in memory: ask for some thousand accounts at a time.
    """
    sql = f"""
        SELECT e.actor_id, {seconds_of("e.occurred_at")}, e.kind, e.duration_ms,
               e.post_kind = 'reel', e.target_id, e.category
        FROM analytics_event e
        WHERE e.actor_id >= %s AND e.actor_id <= %s AND e.kind IN ({_listed(ACTIONS)})
          AND e.occurred_at >= %s AND e.occurred_at < %s
    """  # noqa: S608 - our own numbers and names alone are in the text
    yield from rows_of(sql, [low, high, moment(since), moment(until)])


def actor_ranges(*, since: datetime, until: datetime, size: int) -> list[tuple[int, int]]:
    """Return ranges of account ids, both ends within, that hold about `size` accounts each.

    Every account that acted in the window is in one. One query.
    """
    ids = (
        Event.objects.filter(occurred_at__gte=since, occurred_at__lt=until, actor_id__isnull=False)
        .values_list("actor_id", flat=True)
        .distinct()
        .order_by("actor_id")
    )
    found = [actor_id for actor_id in ids if actor_id is not None]
    return [
        (found[start], found[min(start + size, len(found)) - 1])
        for start in range(0, len(found), size)
    ]


def tastes_of_range(
    *, low: int, high: int, since: datetime, until: datetime
) -> Iterator[tuple[int, str, str, float]]:
    """Yield (account, "categories" | "hashtags" | "authors" | "kinds", name, summed weight).

    Weights as in SIGNALS, of acts with posts of others. Four queries.
    """
    weights = " ".join(f"WHEN '{Event.Kind(k).value}' THEN {w}" for k, w in SIGNALS.items())
    for taste, column, join in _TASTES:
        sql = f"""
            SELECT e.actor_id, {column}, SUM(
                CASE WHEN e.kind = 'viewed' AND e.duration_ms >= {LONG_VIEW_MS} THEN {LONG_VIEW}
                     ELSE CASE e.kind {weights} END END
            )
            FROM analytics_event e {join()}
            WHERE e.actor_id >= %s AND e.actor_id <= %s AND e.kind IN ({_listed(SIGNALS)})
              AND e.post_id IS NOT NULL AND (e.target_id IS NULL OR e.actor_id <> e.target_id)
              AND e.occurred_at >= %s AND e.occurred_at < %s
            GROUP BY 1, 2
        """  # noqa: S608
        for actor_id, name, weight in rows_of(sql, [low, high, moment(since), moment(until)]):
            if name:
                yield actor_id, taste, str(name), float(weight)


def newest_act(*, before: datetime) -> datetime | None:
    """Return when the newest act of an account before then occurred. One query."""
    acts = Event.objects.filter(kind__in=ACTIONS, actor_id__isnull=False, occurred_at__lt=before)
    return acts.order_by("-occurred_at").values_list("occurred_at", flat=True).first()


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{Event.Kind(kind).value}'" for kind in kinds)
