"""What the models share that say of each item which others go with it."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items
from mlengine.estimators.artifacts import Arrays, csr_arrays, csr_restore
from mlengine.estimators.recommender import Recommender
from mlengine.estimators.sparse_rows import columns_placed, dense_product, rows_placed


class ItemToItem(Recommender):
    """Scores an item by the strengths between it and the items a person met.

    A person's score of j is the sum over met items i of their weight times strength(i, j),
    faded by `decay` where the model has one. Subclasses learn `strength_` and `item_ids_` in
    `_learn`, and may look at a part of the history in `_recent`.

    Attributes
    ----------
    strength_ : csr_matrix of float32, shape (n_items, n_items)
        Row i holds the strengths from item i; the diagonal is empty.
    """

    strength_: sparse.csr_matrix

    @abstractmethod
    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        """Set `item_ids_` and `strength_` anew."""

    @abstractmethod
    def _recent(self, people: Histories) -> sparse.csr_matrix:
        """Return how much each met item counts, shape (n_people, n_items)."""

    def _scores(self, people: Histories) -> NDArray[np.float32]:
        return dense_product(self._recent(people), self.strength_)

    def _arrays(self) -> Arrays:
        return csr_arrays("strength", self.strength_)

    def _place(self, place: NDArray[np.intp], count: int) -> None:
        wide = columns_placed(self.strength_, place, count)
        self.strength_ = rows_placed(wide, place, count)

    def _restore(self, arrays: Arrays) -> None:
        n = len(self.item_ids_)
        self.strength_ = csr_restore("strength", arrays, (n, n))
