"""Item-to-item regression: how much each neighbour tells when the others are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items
from mlengine.estimators.item_to_item import ItemToItem
from mlengine.estimators.ranking import largest_per_row
from mlengine.estimators.systems import cosines, pairs_of, regressed


class ItemRegression(ItemToItem):
    """Recommend by a linear model of each item on the items that go with it.

    A neighbourhood counts the same taste again for every item that shows it. Here each item j
    is regressed on its nearest items N(j) by cosine,

        w_j = (G[N, N] + ridge g I)^-1 G[N, j],   G = X' D^-2a X,

    with X the weights, D the sums of each person's weights, a the `user_damping` and g the mean
    of G's diagonal. A weight below zero says that who chose the one mostly leaves the other; it
    counts with the share `negative`, and a score below zero is no reason to show an item.

    Parameters
    ----------
    neighbours : int, default 100
        Items each item is regressed on.
    ridge : float, default 2.0
        Shrinkage of the weights, in units of an average item's own choices.
    user_damping : float, default 0.25
        How much less a choice says that is one of many by the same person.
    negative : float, default 0.0
        Share of the weights below zero that is kept, 0 to 1. They help where people chose much.
    decay : float, default 1.0
        Weight of a history item relative to the next newer one; 1 forgets nothing.

    Attributes
    ----------
    strength_ : csr_matrix of float32, shape (n_items, n_items)
        Column j holds w_j.

    References
    ----------
    Ning and Karypis (2011), doi:10.1109/ICDM.2011.134, with the neighbours chosen beforehand
    (fsSLIM); the ridge solution in place of their lasso as in Steck (2019),
    doi:10.1145/3308558.3313710.
    """

    kind = "item-regression"

    def __init__(
        self,
        *,
        neighbours: int = 100,
        ridge: float = 2.0,
        user_damping: float = 0.25,
        negative: float = 0.0,
        decay: float = 1.0,
    ) -> None:
        self.neighbours = neighbours
        self.ridge = ridge
        self.user_damping = user_damping
        self.negative = negative
        self.decay = decay

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        x = interactions.matrix
        degree = np.asarray(x.sum(axis=1)).ravel()
        damped = (sparse.diags(degree**-self.user_damping) @ x).tocsr().astype(np.float32)
        own = np.asarray(damped.multiply(damped).sum(axis=0), dtype=np.float32).ravel()
        pairs = pairs_of(damped)
        nearest = largest_per_row(cosines(pairs, own), self.neighbours)
        shrunk = own + np.float32(self.ridge * own.mean())
        self.strength_ = regressed(pairs, shrunk, pairs, nearest, negative=self.negative)
        self.item_ids_ = interactions.item_ids

    def _recent(self, people: Histories) -> sparse.csr_matrix:
        return people.faded(self.decay)

    def _scores(self, people: Histories) -> NDArray[np.float32]:
        return np.maximum(super()._scores(people), 0.0, dtype=np.float32)
