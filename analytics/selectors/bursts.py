"""How many accounts stood behind each name of each kind of trend, now and before."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analytics.models import Event, Trend
from analytics.selectors import networks
from analytics.selectors.dialect import (
    date_adapted,
    each_of,
    floor_of,
    minutes_of,
    moment,
    moment_read,
    rows_of,
    seconds_of,
)

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
# One point of a series is so long.
POINT = 5 * MINUTE
# A query that takes less may read more points the next time.
_QUICK_SECONDS = 0.5
NEW_DAYS = 3
NEWCOMERS_WEIGHT = 0.25

# Acts that took a decision, and their taking back. Views are left out: what we show most is
# viewed most, and would trend because we showed it.
_GIVEN = (
    Event.Kind.POSTED,
    Event.Kind.LIKED,
    Event.Kind.SAVED,
    Event.Kind.SHARED,
    Event.Kind.COMMENTED,
)
_TAKEN = (Event.Kind.UNLIKED, Event.Kind.UNSAVED, Event.Kind.COMMENT_DELETED)
SUPPORT = (*_GIVEN, *_TAKEN)

# Hidden, held or reaching fewer by somebody's decision, and not restored since; or deleted: the
# post, or the comment that the act is.
_GONE = """
    SELECT 1 FROM analytics_event gone
    WHERE gone.post_id = e.post_id
      AND gone.kind IN ('hidden', 'reduced', 'post_deleted', 'comment_deleted')
      AND (gone.comment_id IS NULL OR gone.comment_id = e.comment_id) AND NOT EXISTS (
        SELECT 1 FROM analytics_event back
        WHERE back.post_id = gone.post_id AND back.id > gone.id
          AND COALESCE(back.comment_id, 0) = COALESCE(gone.comment_id, 0)
          AND back.kind = CASE gone.kind WHEN 'reduced' THEN 'reach_restored' ELSE 'restored' END
      )
"""


@dataclass(frozen=True, slots=True)
class Support:
    """What accounts did for one name in one window: acts less acts taken back.

    `effective` is the number of accounts that would give the same concentration if each did as
    much as the others: (sum of acts)^2 / sum of (acts of one account)^2, Simpson's index
    (doi:10.1038/163688a0). Three accounts of which one does nearly all are effectively one.
    Newcomers, accounts of fewer than NEW_DAYS before the window, count NEWCOMERS_WEIGHT of the
    others in it: who makes accounts to push a name makes them that week. And a crowd from far
    fewer networks than one by chance counts for as much less (`networks.weight`).

    `network_spread` is the share of the networks that as many accounts drawn by chance would
    have, None where too few are known to tell.
    """

    accounts: int = 0
    newcomers: int = 0
    count: int = 0
    effective: float = 0.0
    top_share: float = 0.0
    network_spread: float | None = None


@dataclass(slots=True)
class Burst:
    """One name's support: now, and window by window before (1 is the last before)."""

    name: str
    first_seen_at: datetime
    windows: dict[int, Support] = field(default_factory=dict)

    def support(self, back: int) -> Support:
        """Return the support `back` windows ago; 0 is now."""
        return self.windows.get(back, Support())


def bursts(
    kind: Trend.Kind,
    *,
    until: datetime,
    window: timedelta,
    earlier: int,
    fewest: int,
    in_all: float,
) -> list[Burst]:
    """Return the names that at least `fewest` accounts stood behind in the window up to `until`.

    Who signed up lately is known from AccountDay, a few minutes late.
    Each with the same hours of `earlier` windows before, which start a day apart (or more where
    the window is longer than a day). Posts that are hidden, held, deleted or reach fewer support
    nothing now. `in_all` is what `networks.networks_in_all` returns.
    One query.
    """
    step = _step(window)
    age = f"({until.timestamp()} - {seconds_of('e.occurred_at')})"
    back = floor_of(f"{age} / {step.total_seconds()}")
    name, join = name_of(kind)
    new = window + NEW_DAYS * DAY
    sql = f"""
        WITH support AS (
            SELECT {name} AS name, {back} AS back, e.actor_id, MIN(e.occurred_at) AS first,
                   SUM(CASE WHEN e.kind IN {_TAKEN_SQL} THEN -1 ELSE 1 END) AS acts
            FROM analytics_event e {join}
            WHERE {SUPPORTING} AND {name} <> '' AND e.occurred_at >= %s AND e.occurred_at < %s
              AND {age} - {back} * {step.total_seconds()} < {window.total_seconds()}
              AND (e.occurred_at < %s OR NOT EXISTS ({_GONE}))
            GROUP BY 1, 2, 3
            HAVING SUM(CASE WHEN e.kind IN {_TAKEN_SQL} THEN -1 ELSE 1 END) > 0
        ), neighbours AS (
            SELECT name, back, network, COUNT(*) AS accounts
            FROM support JOIN analytics_accountnetwork ON account_id = support.actor_id
            GROUP BY 1, 2, 3
        ), crowds AS (
            SELECT name, back, SUM(accounts) AS known, SUM(accounts * accounts) AS squares
            FROM neighbours GROUP BY 1, 2
        )
        SELECT name, back, COUNT(*), SUM(acts), SUM(acts * acts), MAX(acts), MIN(first),
               MAX(known), MAX(squares),
               SUM(CASE WHEN {seconds_of("born.day")} > {until.timestamp()}
                   - back * {step.total_seconds()} - {new.total_seconds()} THEN 1 ELSE 0 END)
        FROM support LEFT JOIN analytics_accountday born
            ON born.account_id = support.actor_id AND born.is_first AND born.day >= %s
        LEFT JOIN crowds USING (name, back)
        WHERE name IN (
            SELECT name FROM support WHERE back = 0 GROUP BY name HAVING COUNT(*) >= %s
        )
        GROUP BY name, back
    """  # noqa: S608 - our own numbers and names alone are in the text
    start = until - step * (earlier + 1)
    rows = rows_of(
        sql,
        [
            *(moment(start), moment(until), moment(until - window)),
            *(date_adapted((start - new).date()), fewest),
        ],
    )
    return _collected(rows, in_all=in_all)


def points(
    kind: Trend.Kind, *, since: datetime, until: datetime
) -> Iterator[tuple[datetime, dict[str, float]]]:
    """Yield each POINT from `since` on, with how many different accounts stood behind each name.

    Both moments are whole points. Newcomers count NEWCOMERS_WEIGHT. What supports a name is what
    `bursts` counts, as the log is now: posts that are hidden, held, deleted or reach fewer support
    nothing. A query reads one point, or up to a day of them where that is quick.
    """
    length = 1
    while since < until:
        midnight = since.replace(hour=0, minute=0) + DAY
        end = min(since + length * POINT, midnight, until)
        began = time.monotonic()
        found = _points(kind, since=since, until=end)
        is_quick = time.monotonic() - began < _QUICK_SECONDS
        length = min(length * 2, DAY // POINT) if is_quick else max(1, length // 2)
        while since < end:
            yield since, found.get(since, {})
            since += POINT


def _points(
    kind: Trend.Kind, *, since: datetime, until: datetime
) -> dict[datetime, dict[str, float]]:
    """Return the points of a part of one UTC day that are not empty. One query."""
    name, join = name_of(kind)
    sql = f"""
        SELECT point, name, SUM(CASE WHEN born.id IS NULL THEN 1.0 ELSE {NEWCOMERS_WEIGHT} END)
        FROM (
            SELECT {minutes_of("e.occurred_at", POINT // MINUTE)} AS point, {name} AS name,
                   e.actor_id
            FROM analytics_event e {join}
            WHERE {SUPPORTING} AND e.occurred_at >= %s AND e.occurred_at < %s
              AND NOT EXISTS ({_GONE})
            GROUP BY 1, 2, 3 HAVING SUM(CASE WHEN e.kind IN {_TAKEN_SQL} THEN -1 ELSE 1 END) > 0
        ) AS support
        LEFT JOIN analytics_accountday born
            ON born.account_id = support.actor_id AND born.is_first AND born.day >= %s
        WHERE name <> '' GROUP BY point, name
    """  # noqa: S608 - our own numbers and names alone are in the text
    oldest = date_adapted((since - NEW_DAYS * DAY).date())
    found: dict[datetime, dict[str, float]] = defaultdict(dict)
    for start, label, accounts in rows_of(sql, [moment(since), moment(until), oldest]):
        found[moment_read(start)][label] = float(accounts)
    return found


def examples(
    kind: Trend.Kind, names: Sequence[str], *, until: datetime, window: timedelta, most: int
) -> dict[str, list[int]]:
    """Return, for each name, up to `most` posts that most accounts stood behind. One query."""
    if not names:
        return {}
    name, join = name_of(kind)
    marks = ", ".join(["%s"] * len(names))
    sql = f"""
        SELECT name, post_id FROM (
            SELECT {name} AS name, e.post_id, ROW_NUMBER() OVER (
                PARTITION BY {name} ORDER BY COUNT(DISTINCT e.actor_id) DESC, e.post_id DESC
            ) AS place
            FROM analytics_event e {join}
            WHERE {SUPPORTING} AND e.kind NOT IN {_TAKEN_SQL}
              AND e.occurred_at >= %s AND e.occurred_at < %s
              AND {name} IN ({marks}) AND NOT EXISTS ({_GONE})
            GROUP BY {name}, e.post_id
        ) AS ranked WHERE place <= %s ORDER BY name, place
    """  # noqa: S608
    found: dict[str, list[int]] = defaultdict(list)
    for label, post_id in rows_of(sql, [moment(until - window), moment(until), *names, most]):
        found[label].append(post_id)
    return dict(found)


def newest_support(*, before: datetime) -> datetime | None:
    """Return when the newest act that supports anything occurred before then. One query."""
    rows = Event.objects.filter(kind__in=SUPPORT, occurred_at__lt=before)
    return rows.order_by("-occurred_at").values_list("occurred_at", flat=True).first()


def windows_before(*, until: datetime, window: timedelta, oldest: datetime, most: int) -> int:
    """Return how many whole earlier windows the log reaches back, at most `most`."""
    return max(0, min(most, int((until - window - oldest) / _step(window))))


def _step(window: timedelta) -> timedelta:
    """Return the days between two windows: one, or as many as a longer window needs."""
    return DAY * max(1, -(-window // DAY))


def name_of(kind: Trend.Kind) -> tuple[str, str]:
    """Return the SQL of the name that an event `e` stands behind, and the join it needs."""
    if kind == Trend.Kind.HASHTAG:
        return "tag.value", each_of("e.hashtags")
    if kind == Trend.Kind.CATEGORY:
        return "e.category", ""
    if kind == Trend.Kind.LANGUAGE:
        return "e.language", ""
    if kind == Trend.Kind.SOUND:
        return "CAST(e.sound_id AS VARCHAR(20))", ""
    return "CAST(e.post_id AS VARCHAR(20))", ""


def _listed(kinds: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{Event.Kind(kind).value}'" for kind in kinds) + ")"


_TAKEN_SQL = _listed(_TAKEN)
# Nobody supports a post of their own but by posting it.
SUPPORTING = f"""
    e.kind IN {_listed(SUPPORT)} AND e.actor_id IS NOT NULL AND e.post_id IS NOT NULL
    AND (e.kind = 'posted' OR e.target_id IS NULL OR e.actor_id <> e.target_id)
"""


def _collected(rows: list[tuple[Any, ...]], *, in_all: float) -> list[Burst]:
    found: dict[str, Burst] = {}
    for name, back, accounts, count, squares, most, first, placed, crowded, newcomers in rows:
        seen = moment_read(first)
        burst = found.setdefault(name, Burst(name, seen))
        burst.first_seen_at = min(burst.first_seen_at, seen)
        acts, new = float(count), int(newcomers)
        weight = 1.0 - (1.0 - NEWCOMERS_WEIGHT) * new / accounts
        crowd = (int(placed or 0), float(crowded or 0))
        weight *= networks.weight(accounts, *crowd, in_all=in_all)
        is_told = crowd[0] >= networks.FEWEST_TOLD
        burst.windows[back] = Support(
            accounts,
            new,
            int(count),
            weight * acts * acts / float(squares),
            float(most) / acts,
            networks.spread(*crowd, in_all=in_all) if is_told else None,
        )
    return list(found.values())
