"""Matrix factorisation by implicit alternating least squares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Histories, Interactions, Items
from mlengine.estimators.artifacts import Arrays, expect
from mlengine.estimators.recommender import Recommender

# Numbers of one batch of gathered factors: 64 MB.
_CELLS = 16_000_000
# A choice is worth about 1; below this a score is no reason to show anything.
_LEAST = 1e-3


class MatrixFactorisation(Recommender):
    """Recommend what lies in the direction of your items in a space of few dimensions.

    Minimises over factors p of people and q of items

        sum_(u,i chosen) w_ui (p_u q_i - 1)^2 + a sum_u,i (p_u q_i)^2
        + ridge (sum_u (n_u + a |I|)^v |p_u|^2 + sum_i (n_i + a |U|)^v |q_i|^2),

    with w the weights, a the `unobserved` weight, n how much was chosen and v the
    `frequency_scaling`. Only the items' factors are kept: a person is solved anew from their
    history, so that an act counts at once and nobody's factors are stored.

    Parameters
    ----------
    factors : int, default 64
        Dimensions.
    passes : int, default 8
        Alternations between people and items.
    unobserved : float, default 0.05
        Weight of every pair, chosen or not, towards 0.
    ridge : float, default 0.003
        Shrinkage of the factors.
    frequency_scaling : float, default 1.0
        0 shrinks everybody alike, 1 by how much they chose.
    decay : float, default 1.0
        Weight of a history item relative to the next newer one; 1 forgets nothing.

    Attributes
    ----------
    factors_ : ndarray of float32, shape (n_items, n_factors)
    square_ : ndarray of float32, shape (n_factors, n_factors)
        The factors' products summed over all items.
    count_ : int
        Items that were learned from.

    References
    ----------
    Hu et al. (2008), doi:10.1109/ICDM.2008.22; weights, scaling and their ranges as in Rendle et
    al. (2022), doi:10.1145/3523227.3548486.
    """

    kind = "matrix-factorisation"
    factors_: NDArray[np.float32]
    square_: NDArray[np.float32]
    count_: int

    def __init__(
        self,
        *,
        factors: int = 64,
        passes: int = 8,
        unobserved: float = 0.05,
        ridge: float = 0.003,
        frequency_scaling: float = 1.0,
        decay: float = 1.0,
    ) -> None:
        self.factors = factors
        self.passes = passes
        self.unobserved = unobserved
        self.ridge = ridge
        self.frequency_scaling = frequency_scaling
        self.decay = decay

    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        x = interactions.matrix
        turned = x.T.tocsr()
        rng = np.random.default_rng(0)
        scale = 0.1 / np.sqrt(self.factors)
        shape = (x.shape[1], self.factors)
        factors = rng.standard_normal(shape, dtype=np.float32) * np.float32(scale)
        for _ in range(self.passes):
            people = self._solved(x, factors, factors.T @ factors, x.shape[1])
            factors = self._solved(turned, people, people.T @ people, x.shape[0])
        self.factors_ = factors
        self.square_ = factors.T @ factors
        self.count_ = len(factors)
        self.item_ids_ = interactions.item_ids

    def _scores(self, people: Histories) -> NDArray[np.float32]:
        faded = people.faded(self.decay)
        scores = self._solved(faded, self.factors_, self.square_, self.count_) @ self.factors_.T
        scores[scores < _LEAST] = 0.0
        return scores

    def _solved(
        self,
        x: sparse.csr_matrix,
        factors: NDArray[np.float32],
        square: NDArray[np.float32],
        count: int,
    ) -> NDArray[np.float32]:
        """Return each row's best factors given those of `count` columns, zeros for an empty row.

        `square` holds the products of the columns' factors, summed over all of them.
        """
        length = np.diff(x.indptr)
        found = np.zeros((x.shape[0], self.factors), dtype=np.float32)
        everywhere = np.float32(self.unobserved) * square
        at_once = max(1, _CELLS // (self.factors * self.factors))
        # Rows of about the same length are solved together, so that little is padding.
        order = np.argsort(length, kind="stable")
        order = order[length[order] > 0]
        start = 0
        while start < len(order):
            longest = int(length[order[min(start + at_once, len(order)) - 1]])
            width = min(at_once, max(1, _CELLS // (longest * self.factors)))
            rows = order[start : start + width]
            found[rows] = self._batch(x[rows], factors, everywhere, count)
            start += width
        return found

    def _batch(
        self,
        part: sparse.csr_matrix,
        factors: NDArray[np.float32],
        everywhere: NDArray[np.float32],
        count: int,
    ) -> NDArray[np.float32]:
        length = np.diff(part.indptr)
        filled = np.arange(int(length.max())) < length[:, None]
        column = np.zeros(filled.shape, dtype=np.int64)
        weight = np.zeros(filled.shape, dtype=np.float32)
        column[filled], weight[filled] = part.indices, part.data
        theirs = factors[column]
        weighed = theirs * weight[:, :, None]
        chosen = weight.sum(axis=1) + self.unobserved * count
        shrink = self.ridge * chosen**self.frequency_scaling
        left = np.matmul(weighed.transpose(0, 2, 1), theirs) + everywhere
        diagonal = np.arange(self.factors)
        left[:, diagonal, diagonal] += shrink[:, None].astype(np.float32)
        return np.linalg.solve(left, weighed.sum(axis=1)[:, :, None])[:, :, 0]

    def _arrays(self) -> Arrays:
        return {"factors": self.factors_, "square": self.square_, "count": np.array(self.count_)}

    def _place(self, place: NDArray[np.intp], count: int) -> None:
        factors = np.zeros((count, self.factors), dtype=np.float32)
        factors[place] = self.factors_
        self.factors_ = factors

    def _restore(self, arrays: Arrays) -> None:
        expect({"factors", "square", "count"} <= arrays.keys(), "it has factors")
        self.factors_, self.square_ = arrays["factors"], arrays["square"]
        self.count_ = int(arrays["count"])
        n = len(self.item_ids_)
        expect(self.factors_.shape == (n, self.factors), "each item has factors")
        expect(self.square_.shape == (self.factors, self.factors), "the products are square")
