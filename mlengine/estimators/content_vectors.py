"""Recommend by how items look and sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items, positions_in
from mlengine.errors import TooLittleData
from mlengine.estimators.item_to_item import ItemToItem
from mlengine.estimators.sparse_rows import strongest_products

_LEAST = np.finfo(np.float32).tiny


class ContentVectors(ItemToItem):
    """Recommend items whose pictures and sounds resemble those you chose.

    The strength between two items is the mean over the kinds of vectors (image, audio, ...) of
    their cosine, each kind keeping every item's nearest alone. Needs no one else's choices, so
    it ranks items nobody has met yet.

    Parameters
    ----------
    neighbours : int, default 10
        Nearest items kept for each item and kind.
    decay : float, default 1.0
        Weight of a history item relative to the next newer one; 1 forgets nothing.

    References
    ----------
    Item-item graphs frozen from content as in Zhou and Shen (2023),
    doi:10.1145/3581783.3611943.
    """

    kind = "content-vectors"

    def __init__(self, *, neighbours: int = 10, decay: float = 1.0) -> None:
        self.neighbours = neighbours
        self.decay = decay

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        if items is None or not items.vectors:
            raise TooLittleData("A model of content vectors needs items with vectors.")
        # Items people chose keep their place even when nothing describes them.
        self.item_ids_ = np.union1d(items.item_ids, interactions.item_ids)
        place, _ = positions_in(self.item_ids_, items.item_ids)
        shape = (len(self.item_ids_), len(self.item_ids_))
        total = sparse.csr_matrix(shape, dtype=np.float32)
        for vectors in items.vectors.values():
            placed = np.zeros((shape[0], vectors.shape[1]), dtype=np.float32)
            placed[place] = _unit(vectors)
            total = total + strongest_products(placed, placed, self.neighbours)
        self.strength_ = (total / np.float32(len(items.vectors))).tocsr()

    def _recent(self, people: Histories) -> sparse.csr_matrix:
        return people.faded(self.decay)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(length, _LEAST)
    return unit
