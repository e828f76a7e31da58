"""Item-to-item neighbourhood recommender."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items
from mlengine.estimators.item_to_item import ItemToItem
from mlengine.estimators.ranking import largest_per_row
from mlengine.estimators.sparse_rows import item_blocks


class ItemNeighbours(ItemToItem):
    """Recommend what was liked by the people who liked what you liked.

    The similarity of a met item i and another item j is

        s(i, j) = sum_u x_ui x_uj / d_u ** user_damping
                  / (n_i ** (1 - popularity_damping) n_j ** popularity_damping + shrinkage),

    with x the weights, d_u the weight of user u's whole history and n_i = sum_u of the same
    sum for j = i, the squared norm of item i's column. user_damping 0 and popularity_damping
    0.5 is the shrunk cosine; user_damping 1 is the linear graph filter, and more popularity
    damping the random walk that shuns popular ends. A person's score of j is the sum of s(i, j)
    over their history.

    Parameters
    ----------
    neighbours : int, default 100
        Similar items kept for each item; the rest are dropped.
    shrinkage : float, default 10.0
        Damping where few people chose both, in units of n; 0 is none.
    user_damping : float, default 0.0
        How much less a choice says that is one of many by the same person.
    popularity_damping : float, default 0.5
        How much popularity of the recommended item counts against it, 0 to 1.
    decay : float, default 1.0
        Weight of a history item relative to the next newer one; 1 forgets nothing.
    minimum_pairs : int, default 1
        People who must have chosen both, so that one account cannot tie two items.

    Attributes
    ----------
    strength_ : csr_matrix of float32, shape (n_items, n_items)
        Row i holds s(i, j) of item i's neighbours j.

    References
    ----------
    Sarwar et al. (2001), doi:10.1145/371920.372071; shrinkage as in Ferrari Dacrema et al.
    (2019), doi:10.1145/3298689.3347058; popularity damping as in Paudel et al. (2016),
    doi:10.1145/2955101; the graph filter as in Shen et al. (2021), doi:10.1145/3459637.3482264.
    """

    kind = "item-neighbours"

    def __init__(
        self,
        *,
        neighbours: int = 100,
        shrinkage: float = 10.0,
        user_damping: float = 0.0,
        popularity_damping: float = 0.5,
        decay: float = 1.0,
        minimum_pairs: int = 1,
    ) -> None:
        self.neighbours = neighbours
        self.shrinkage = shrinkage
        self.user_damping = user_damping
        self.popularity_damping = popularity_damping
        self.decay = decay
        self.minimum_pairs = minimum_pairs

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        x = interactions.matrix
        degree = np.asarray(x.sum(axis=1)).ravel()
        damped = sparse.diags(degree**-self.user_damping) @ x
        damped = damped.tocsr().astype(np.float32)
        norm = np.asarray(x.multiply(damped).sum(axis=0)).ravel()
        parts = [self._rows(x, damped, norm, start, stop) for start, stop in item_blocks(x)]
        self.strength_ = sparse.vstack(parts, format="csr")
        self.item_ids_ = interactions.item_ids

    def _rows(
        self,
        x: sparse.csr_matrix,
        damped: sparse.csr_matrix,
        norm: NDArray[np.float64],
        start: int,
        stop: int,
    ) -> sparse.csr_matrix:
        """Return similarities of the items `start` to `stop` to all items."""
        block = x[:, start:stop].T.tocsr()
        dots = (block @ damped).tocsr()
        row = np.repeat(np.arange(start, stop), np.diff(dots.indptr))
        own = norm ** (1.0 - self.popularity_damping)
        other = norm**self.popularity_damping
        value = dots.data / (own[row] * other[dots.indices] + self.shrinkage)
        value[row == dots.indices] = 0.0
        if self.minimum_pairs > 1:
            both = (_ones(block) @ _ones(x)).tocsr()
            both.data = (both.data >= self.minimum_pairs).astype(np.float32)
            dots.data = value.astype(np.float32)
            dots = dots.multiply(both).tocsr()
        else:
            dots.data = value.astype(np.float32)
        dots.eliminate_zeros()
        return largest_per_row(dots, self.neighbours)

    def _recent(self, people: Histories) -> sparse.csr_matrix:
        return people.faded(self.decay)


def _ones(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    data = np.ones(matrix.nnz, dtype=np.float32)
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)
