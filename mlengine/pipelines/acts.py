"""The log as the behaviour models read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from types import MappingProxyType

from analytics.models import Event
from analytics.selectors.acts import actor_ranges, acts_of, newest_act
from analytics.selectors.weights import ENGAGEMENTS
from mlengine.datasets.acts import ENGAGEMENT, FOLLOW, POST, SKIP, VIEW, Acts
from mlengine.errors import TooLittleData

# What is looked back on: the log keeps little more.
WINDOW = timedelta(days=90)
# More accounts make a model of some twenty features hardly better, and only slower.
_RANGE = 500
NOBODY: Mapping[int, datetime] = MappingProxyType({})
_RANGES = 40

CODES: dict[str, int] = {
    Event.Kind.VIEWED: VIEW,
    Event.Kind.SKIPPED: SKIP,
    Event.Kind.POSTED: POST,
    Event.Kind.FOLLOWED: FOLLOW,
    **dict.fromkeys(ENGAGEMENTS, ENGAGEMENT),
}


def acts_sampled(*, until: datetime) -> tuple[Acts, datetime]:
    """Return the acts of up to 20,000 accounts before `until`, and when the newest occurred.

    Accounts are taken in runs spread evenly over all ids, so over old and young ones.

    :raises TooLittleData: if there are no acts.
    """
    newest = newest_act(before=until)
    if newest is None:
        raise TooLittleData("The log holds no acts.")
    end = newest + timedelta(seconds=1)
    since = end - WINDOW
    ranges = actor_ranges(since=since, until=end, size=_RANGE)
    return acts_in(_spread(ranges), since=since, until=end), newest


def acts_in(
    ranges: Sequence[tuple[int, int]],
    *,
    since: datetime,
    until: datetime,
    apart: Mapping[int, datetime] = NOBODY,
) -> Acts:
    """Return the acts of the accounts in these ranges of ids.

    Of an account in `apart` only those from its moment on. One query a range and one for each
    account in `apart`.
    """
    ranged = chain.from_iterable(
        acts_of(low=low, high=high, since=since, until=until) for low, high in ranges
    )
    own = chain.from_iterable(
        acts_of(low=pk, high=pk, since=max(since, moment), until=until)
        for pk, moment in apart.items()
    )
    rows = chain((row for row in ranged if row[0] not in apart), own) if apart else ranged
    return Acts.from_rows(rows, CODES)


def _spread(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(ranges) <= _RANGES:
        return ranges
    return [ranges[number * len(ranges) // _RANGES] for number in range(_RANGES)]
