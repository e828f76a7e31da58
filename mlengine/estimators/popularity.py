"""What most people chose, lately."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets import Histories, Interactions, Items
from mlengine.estimators.artifacts import Arrays, expect
from mlengine.estimators.recommender import Recommender

_DAY = 86_400.0


class Popularity(Recommender):
    """Rank items by how much they were chosen, older choices counting less.

    The same list for everybody, less what each has met: the baseline every model must beat,
    and the fallback for people nothing is known about.

    Parameters
    ----------
    half_life_days : float, default 0
        A choice this much older than the newest counts half; 0 counts all alike, as do
        interactions that carry no moment.

    Attributes
    ----------
    share_ : ndarray of float32, shape (n_items,)
        Faded choices of each item as a share of the most chosen item's, in (0, 1].
    """

    kind = "popularity"
    share_: NDArray[np.float32]

    def __init__(self, *, half_life_days: float = 0.0) -> None:
        self.half_life_days = half_life_days

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        weight = interactions.matrix.data.astype(np.float64)
        if self.half_life_days > 0 and interactions.at is not None:
            days = (interactions.at.max() - interactions.at) / _DAY
            weight = weight * np.exp2(-days / self.half_life_days)
        total = np.bincount(
            interactions.matrix.indices, weight, minlength=len(interactions.item_ids)
        )
        # The least positive float32 keeps a long-faded item last rather than unranked.
        share = np.maximum(total / total.max(), np.finfo(np.float32).tiny)
        self.share_ = share.astype(np.float32)
        self.item_ids_ = interactions.item_ids

    def _scores(self, people: Histories) -> NDArray[np.float32]:
        return np.tile(self.share_, (people.matrix.shape[0], 1))

    def _arrays(self) -> Arrays:
        return {"share": self.share_}

    def _place(self, place: NDArray[np.intp], count: int) -> None:
        share = np.zeros(count, dtype=np.float32)
        share[place] = self.share_
        self.share_ = share

    def _restore(self, arrays: Arrays) -> None:
        expect("share" in arrays, "it has shares")
        expect(arrays["share"].shape == self.item_ids_.shape, "each item has a share")
        self.share_ = arrays["share"]
