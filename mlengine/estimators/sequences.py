"""Regression of what people choose next on what they chose last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items
from mlengine.errors import TooLittleData
from mlengine.estimators.item_to_item import ItemToItem
from mlengine.estimators.ranking import largest_per_row
from mlengine.estimators.recency import lateness, raised
from mlengine.estimators.systems import pairs_of, regressed

# Items each item is regressed on are chosen by counts damped by this much of their popularity.
_DAMPING = 0.5


class SequenceRegression(ItemToItem):
    """Recommend what follows your last items, each counting beside the others.

    Every choice but a person's first is a case: s holds the items before it, decay ** (g - 1)
    for the one g choices back up to `window`, and t is the choice. Each item j is regressed on
    the items N(j) that precede it most,

        w_j = (G[N, N] + ridge g I)^-1 c_j[N],   G = sum s s',   c_j = sum of s over cases t = j,

    with g the mean of G's diagonal, which is a linear model of the next choice. Negative weights
    are dropped. A person's score is s' W, with s from their whole history.

    Parameters
    ----------
    window : int, default 10
        Steps looked back.
    decay : float, default 0.8
        Weight of a step relative to one that is nearer by one.
    ridge : float, default 16.0
        Shrinkage of the weights, in units of an average item's own choices.
    neighbours : int, default 100
        Items each item is regressed on.
    recency : float, default 1.0
        How much weights towards what is chosen lately (see lateness) are raised; 0 not at all.

    References
    ----------
    Choi et al. (2021), doi:10.1145/3442381.3450005 (SLIT), each item on chosen others alone.
    """

    kind = "sequence-regression"

    def __init__(
        self,
        *,
        window: int = 10,
        decay: float = 0.8,
        ridge: float = 16.0,
        neighbours: int = 100,
        recency: float = 1.0,
    ) -> None:
        self.window = window
        self.decay = decay
        self.ridge = ridge
        self.neighbours = neighbours
        self.recency = recency

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        if not interactions.is_ordered:
            raise TooLittleData("Sequences need interactions in order of time.")
        before, chosen = _cases(interactions, self.window, self.decay)
        if not before.nnz:
            raise TooLittleData("Nobody chose two items, so nothing followed anything.")
        own = np.asarray(before.multiply(before).sum(axis=0), dtype=np.float32).ravel()
        targets = (chosen.T.tocsr() @ before).tocsr()
        nearest = largest_per_row(_damped(targets, own), self.neighbours)
        shrunk = own + np.float32(self.ridge * own.mean())
        self.strength_ = regressed(pairs_of(before), shrunk, targets, nearest)
        raised(self.strength_, lateness(interactions), self.recency)
        self.item_ids_ = interactions.item_ids

    def _recent(self, people: Histories) -> sparse.csr_matrix:
        return people.newest(self.window).faded(self.decay)


def _cases(
    interactions: Interactions, window: int, decay: float
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return what preceded each case and what was chosen, shapes (n_cases, n_items)."""
    x = interactions.matrix
    row = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
    oldest_first = np.lexsort((-interactions.age, row))
    user, item = row[oldest_first], x.indices[oldest_first]
    place = np.arange(len(user))
    case, column, weight = [], [], []
    for gap in range(1, window + 1):
        later = place[gap:][user[gap:] == user[:-gap]]
        case.append(later)
        column.append(item[later - gap])
        weight.append(np.full(len(later), decay ** (gap - 1), dtype=np.float32))
    shape = (len(user), x.shape[1])
    pairs = (np.concatenate(case), np.concatenate(column))
    before = sparse.csr_matrix((np.concatenate(weight), pairs), shape=shape)
    chosen = sparse.csr_matrix((np.ones(len(user), np.float32), (place, item)), shape=shape)
    first = np.diff(before.indptr) == 0
    return before[~first], chosen[~first]


def _damped(targets: sparse.csr_matrix, own: NDArray[np.float32]) -> sparse.csr_matrix:
    row = np.repeat(np.arange(targets.shape[0]), np.diff(targets.indptr))
    damped = targets.data / np.maximum(own[targets.indices], 1e-6) ** _DAMPING
    damped[row == targets.indices] = 0.0
    found = sparse.csr_matrix(
        (damped, targets.indices.copy(), targets.indptr.copy()), shape=targets.shape
    )
    found.eliminate_zeros()
    return found
