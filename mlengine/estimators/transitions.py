"""What people choose next."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items
from mlengine.errors import TooLittleData
from mlengine.estimators.item_to_item import ItemToItem
from mlengine.estimators.ranking import largest_per_row
from mlengine.estimators.recency import lateness, raised


class Transitions(ItemToItem):
    """Recommend what people went on to after the items you met last.

    The strength of a step from item i to j is

        t(i, j) = sum over users who chose i and, g choices later, j, of decay ** (g - 1)
                  / (c_i ** (1 - popularity_damping) c_j ** popularity_damping + shrinkage),

    with g from 1 to `window` and c how often an item was chosen. A person's score of j is the
    sum of t(i, j) decay ** a over their newest `window` items, a items ago.

    Parameters
    ----------
    window : int, default 5
        Steps looked back, in fitting and in scoring.
    decay : float, default 0.7
        Weight of a step relative to one that is nearer by one.
    shrinkage : float, default 1.0
        Damping of steps from and to items few people chose.
    popularity_damping : float, default 0.5
        How much popularity of the next item counts against it, 0 to 1.
    backward : float, default 0.3
        Weight of the step j to i in the strength of i to j: short histories say little about
        direction. 0 keeps direction strict.
    neighbours : int, default 200
        Next items kept for each item.
    recency : float, default 1.0
        How much steps to what is chosen lately (see lateness) are raised; 0 not at all.

    Attributes
    ----------
    strength_ : csr_matrix of float32, shape (n_items, n_items)
        Row i holds t(i, j).

    References
    ----------
    Sequential rules and sequence-aware neighbours as in Ludewig and Jannach (2018),
    doi:10.1007/s11257-018-9209-6.
    """

    kind = "transitions"

    def __init__(
        self,
        *,
        window: int = 5,
        decay: float = 0.7,
        shrinkage: float = 1.0,
        popularity_damping: float = 0.5,
        backward: float = 0.3,
        neighbours: int = 200,
        recency: float = 1.0,
    ) -> None:
        self.window = window
        self.decay = decay
        self.shrinkage = shrinkage
        self.popularity_damping = popularity_damping
        self.backward = backward
        self.neighbours = neighbours
        self.recency = recency

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        if not interactions.is_ordered:
            raise TooLittleData("Transitions need interactions in order of time.")
        x = interactions.matrix
        row = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
        oldest_first = np.lexsort((-interactions.age, row))
        user, item = row[oldest_first], x.indices[oldest_first]
        n = x.shape[1]
        forward = sparse.csr_matrix((n, n), dtype=np.float32)
        for gap in range(1, self.window + 1):
            same = user[gap:] == user[:-gap]
            weight = np.full(int(same.sum()), self.decay ** (gap - 1), dtype=np.float32)
            pairs = (item[:-gap][same], item[gap:][same])
            forward = forward + sparse.csr_matrix((weight, pairs), shape=(n, n))
        both = (forward + self.backward * forward.T).tocsr()
        row = np.repeat(np.arange(n), np.diff(both.indptr))
        count = np.bincount(x.indices, minlength=n).astype(np.float64)
        norm = (
            count[row] ** (1.0 - self.popularity_damping)
            * count[both.indices] ** self.popularity_damping
        )
        both.data = (both.data / (norm + self.shrinkage)).astype(np.float32)
        raised(both, lateness(interactions), self.recency)
        self.strength_ = largest_per_row(both, self.neighbours)
        self.item_ids_ = interactions.item_ids

    def _recent(self, people: Histories) -> sparse.csr_matrix:
        return people.newest(self.window).faded(self.decay)
