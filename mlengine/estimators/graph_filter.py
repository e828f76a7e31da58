"""Smoothing over the graph of people and items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items
from mlengine.estimators.item_to_item import ItemToItem
from mlengine.estimators.sparse_rows import strongest_products

# Directions tried beyond those kept, and passes over the data: the usual few of the source.
_SPARE = 16
_PASSES = 3
# Singular values below this share of the largest are what rounding left.
_NOISE = 1e-5


class GraphFilter(ItemToItem):
    """Recommend what lies near your items in the smooth part of the graph.

    With A = D_u^-a X D_i^-b the damped adjacency of people and items and V, s the right singular
    vectors and values of its largest `rank`,

        strength(i, j) = d_i^-b [V (s / s_1)^(2 power) V']_ij d_j^b.

    `power` 0 is the ideal low-pass filter, 1 one step to what shares people, more of it longer
    walks, which reach further from people with short histories.

    Parameters
    ----------
    rank : int, default 256
        Directions kept; never more than there are.
    power : float, default 2.0
        Steps over the graph, 0 or more.
    user_damping : float, default 0.5
        a: how much less a choice says that is one of many by the same person.
    popularity_damping : float, default 0.3
        b: how much of an item's popularity is taken out before smoothing, and put back after.
    neighbours : int, default 200
        Strongest items kept for each item.
    decay : float, default 1.0
        Weight of a history item relative to the next newer one; 1 forgets nothing.

    References
    ----------
    Graph filters: Shen et al. (2021), doi:10.1145/3459637.3482264; Choi et al. (2023),
    doi:10.1145/3539618.3591645. Randomised decomposition: Halko et al. (2011),
    doi:10.1137/090771806.
    """

    kind = "graph-filter"

    def __init__(
        self,
        *,
        rank: int = 256,
        power: float = 2.0,
        user_damping: float = 0.5,
        popularity_damping: float = 0.3,
        neighbours: int = 200,
        decay: float = 1.0,
    ) -> None:
        self.rank = rank
        self.power = power
        self.user_damping = user_damping
        self.popularity_damping = popularity_damping
        self.neighbours = neighbours
        self.decay = decay

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        x = interactions.matrix
        by_user = np.asarray(x.sum(axis=1)).ravel() ** -self.user_damping
        by_item = np.asarray(x.sum(axis=0)).ravel() ** -self.popularity_damping
        adjacency = (sparse.diags(by_user) @ x @ sparse.diags(by_item)).tocsr().astype(np.float32)
        values, vectors = _decomposed(adjacency, self.rank)
        response = (values / values[0]) ** (2.0 * self.power)
        into = (vectors * by_item[:, None]).astype(np.float32)
        out = ((vectors / by_item[:, None]) * response).astype(np.float32)
        self.strength_ = strongest_products(into, out, self.neighbours)
        self.item_ids_ = interactions.item_ids

    def _recent(self, people: Histories) -> sparse.csr_matrix:
        return people.faded(self.decay)


def _decomposed(
    matrix: sparse.csr_matrix, rank: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the largest singular values, shape (r,), and right vectors, shape (n_columns, r)."""
    most = min(matrix.shape)
    width = min(rank + _SPARE, most)
    turned = matrix.T.tocsr()
    basis = np.random.default_rng(0).standard_normal((matrix.shape[1], width), dtype=np.float32)
    for _ in range(_PASSES):
        basis, _ = np.linalg.qr(turned @ (matrix @ basis))
    _, values, mixture = np.linalg.svd(matrix @ basis, full_matrices=False)
    kept = min(rank, int((values > _NOISE * values[0]).sum()))
    return values[:kept], (basis @ mixture.T)[:, :kept]
