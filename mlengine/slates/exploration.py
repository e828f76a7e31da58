"""Trying out what few have seen, with the probability of each try written down."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from mlengine.datasets import positions_in
from mlengine.slates.accounts import Account
from mlengine.slates.candidates import Scores, fit
from mlengine.slates.catalogue import Catalogue
from mlengine.slates.reasons import Tastes

# The source's name in slates.
EXPLORATION = "exploration"


def trials_draw(
    account: Account,
    surface: str,
    total: Scores,
    chosen: NDArray[np.intp],
    tastes: Tastes,
    catalogue: Catalogue,
    *,
    at: datetime,
) -> list[tuple[int, float]]:
    """Return (column, propensity) of the posts to try out, in the order of their places.

    The posts that may be tried (Catalogue.trials) are dealt to the places in turn, and each place
    draws one of its own by what it lacks of its promised impressions times its fit: so the draws
    know nothing of each other, and the propensity is exactly the probability with which that post
    stands at that place. Left out are what `total`, shape (n_posts,), excludes by -inf, and
    authors that stand among the `chosen` already. The draw follows from account, surface, newest
    event and moment alone.
    """
    pool, lacks = catalogue.trials, catalogue.trial_lacks
    may = total[pool] > -np.inf
    theirs = catalogue.columns_by(np.unique(catalogue.authors[chosen]))
    place, is_tried = positions_in(pool, theirs)
    may[place[is_tried]] = False
    if surface == "reels":
        may &= catalogue.is_reel[pool]
    pool, lacks = pool[may], lacks[may]
    wanted = round(_places(len(chosen)) * account.weights.get(EXPLORATION, 1.0))
    count = min(wanted, len(pool))
    if not count:
        return []
    weight = (lacks * fit(tastes, pool, catalogue)).astype(np.float64)
    # The pool is in order already, so equals stay so.
    order = np.argsort(-weight, kind="stable")
    seed = [account.id, crc32(surface.encode()), account.event_mark, int(at.timestamp())]
    random = np.random.default_rng(seed)
    return [
        _drawn(pool[order[n::count]], weight[order[n::count]], float(point))
        for n, point in enumerate(random.random(count))
    ]


def interleaved(
    chosen: list[int], tried: list[tuple[int, float]]
) -> tuple[list[int], dict[int, float]]:
    """Return the columns with those tried at their places, and the propensity by such a place."""
    every, length = settings.SOCIALML_EXPLORATION_EVERY, settings.SOCIALML_SLATE_LENGTH
    mixed, propensities = list(chosen), {}
    for n, (column, propensity) in enumerate(tried):
        place = _first_place(every) + n * every
        mixed.insert(place, column)
        propensities[place] = propensity
    return mixed[:length], {p: value for p, value in propensities.items() if p < length}


def _first_place(every: int) -> int:
    # The seventh of ten: after what one came for, before one leaves.
    return 2 * every // 3


def _places(chosen: int) -> int:
    """Return how many places for tries a slate of so many chosen items has."""
    every: int = settings.SOCIALML_EXPLORATION_EVERY
    if every < 2 or chosen < _first_place(every):
        return 0
    return 1 + (chosen - _first_place(every)) // (every - 1)


def _drawn(pool: NDArray[np.intp], weight: NDArray[np.float64], point: float) -> tuple[int, float]:
    upto = np.cumsum(weight / weight.sum())
    n = min(int(np.searchsorted(upto, point, side="right")), len(pool) - 1)
    return int(pool[n]), float(weight[n] / weight.sum())
