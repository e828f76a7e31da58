"""When an account's rhythm changed: days from which on it came more or less often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

# A stretch of fewer days is a pause or a spree, no rhythm.
_SHORTEST_DAYS = 7
# Twice the gain in log-likelihood of one change, in units of the series' own dispersion. Of
# steady series of up to 90 days, about one in a hundred exceeds it (mlengine/tests).
_THRESHOLD = 12.0
_MOST = 3


@dataclass(frozen=True, slots=True)
class Change:
    """From day `day` on (0 is the first) there were `after` a day, and `before` until then."""

    day: int
    before: float
    after: float


def change_points(counts: Sequence[int]) -> list[Change]:
    """Return the days, ascending, at most three, from which on the counts a day are others.

    By binary segmentation (Scott and Knott (1974), doi:10.2307/2529204) of Poisson counts, each
    split where the likelihood gains most, if it gains enough for a series as uneven as this
    one (quasi-likelihood, Wedderburn (1974), doi:10.1093/biomet/61.3.439).

    >>> change_points([2] * 30 + [0] * 30)
    [Change(day=30, before=2.0, after=0.0)]
    >>> change_points([1, 0, 2] * 20)
    []
    """
    series = np.asarray(counts, dtype=np.float64)
    edges, waiting = [0, len(series)], [(0, len(series))]
    while waiting and len(edges) < _MOST + 2:
        start, end = waiting.pop(0)
        split = _split(series[start:end])
        if split:
            edges = sorted([*edges, start + split])
            waiting += [(start, start + split), (start + split, end)]
    means = [float(series[a:b].mean()) if b > a else 0.0 for a, b in pairwise(edges)]
    return [
        Change(day, before, after)
        for day, before, after in zip(edges[1:-1], means, means[1:], strict=False)
    ]


def _split(counts: NDArray[np.float64]) -> int:
    """Return the day that splits the counts best, 0 where no split says enough."""
    days, total = len(counts), float(counts.sum())
    if days < 2 * _SHORTEST_DAYS or not total:
        return 0
    before = counts.cumsum()[_SHORTEST_DAYS - 1 : days - _SHORTEST_DAYS]
    day = np.arange(_SHORTEST_DAYS, days - _SHORTEST_DAYS + 1)
    gain = _fit(before, day) + _fit(total - before, days - day)
    place = int(gain.argmax())
    gained = float(gain[place]) - total * log(total / days)
    split = _SHORTEST_DAYS + place
    return split if 2 * gained >= _THRESHOLD * _dispersion(counts, split) else 0


def _fit(count: NDArray[np.float64], days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the log-likelihood of so many in so many days, less what no rate changes."""
    return np.asarray(count * np.log(np.maximum(count, 1.0) / days) * (count > 0))


def _dispersion(counts: NDArray[np.float64], split: int) -> float:
    """Return Pearson's chi-square by its degrees of freedom, at least that of chance."""
    squares = 0.0
    for part in (counts[:split], counts[split:]):
        mean = float(part.mean())
        if mean:
            squares += float(((part - mean) ** 2).sum()) / mean
    return max(1.0, squares / (len(counts) - 2))
