"""Regressing each item on a few others: many small systems of equations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import ranges
from mlengine.estimators.ranking import largest_per_row
from mlengine.estimators.sparse_rows import item_blocks

# Of each item, the other items whose co-occurrence is kept: 100,000 items take 480 MB.
_PAIRS_KEPT = 300
# Systems solved at once: 256 of 100 x 100 float32 are 10 MB.
_AT_ONCE = 256


def regressed(
    pairs: sparse.csr_matrix,
    shrunk: NDArray[np.float32],
    targets: sparse.csr_matrix,
    nearest: sparse.csr_matrix,
    *,
    negative: float = 0.0,
) -> sparse.csr_matrix:
    """Return the weights w_j of each item j on its regressors, as column j.

    Those below zero are multiplied by `negative`: 0 drops them.

    w_j solves G[N, N] w = t_j[N], where N are the columns stored in row j of `nearest`, t_j row j
    of `targets` and G has `pairs` off its diagonal and `shrunk`, which includes the ridge, on it.
    All matrices are square, shape (n_items, n_items).
    """
    count = len(shrunk)
    parts = [
        _solved(pairs, shrunk, targets, nearest, start, min(start + _AT_ONCE, count))
        for start in range(0, count, _AT_ONCE)
    ]
    strength = sparse.vstack(parts, format="csr").T.tocsr()
    strength.data[strength.data < 0] *= np.float32(negative)
    strength.eliminate_zeros()
    strength.sort_indices()
    return strength


def pairs_of(x: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return x' x without its diagonal, the _PAIRS_KEPT largest of each row, made symmetric."""
    parts = []
    for start, stop in item_blocks(x):
        block = (x[:, start:stop].T.tocsr() @ x).tocsr()
        row = np.repeat(np.arange(start, stop), np.diff(block.indptr))
        block.data[row == block.indices] = 0.0
        block.eliminate_zeros()
        parts.append(largest_per_row(block, _PAIRS_KEPT))
    kept = sparse.vstack(parts, format="csr")
    return kept.maximum(kept.T).tocsr()


def cosines(pairs: sparse.csr_matrix, own: NDArray[np.float32]) -> sparse.csr_matrix:
    """Return p_ij / sqrt(own_i own_j) for every stored pair."""
    row = np.repeat(np.arange(len(own)), np.diff(pairs.indptr))
    cosine = pairs.data / np.sqrt(own[row] * own[pairs.indices])
    return sparse.csr_matrix((cosine, pairs.indices, pairs.indptr), shape=pairs.shape)


def _solved(
    pairs: sparse.csr_matrix,
    shrunk: NDArray[np.float32],
    targets: sparse.csr_matrix,
    nearest: sparse.csr_matrix,
    start: int,
    stop: int,
) -> sparse.csr_matrix:
    """Return the weights of items `start` to `stop`, a row an item."""
    pointers = nearest.indptr[start : stop + 1]
    low, high = pointers[0], pointers[-1]
    length = np.diff(pointers)
    count, width = stop - start, int(length.max(initial=0))
    # Beyond an item's own neighbours the system is the identity, and the answer 0.
    left = np.zeros((count, width, width), dtype=np.float32)
    right = np.zeros((count, width), dtype=np.float32)
    left[:, np.arange(width), np.arange(width)] = 1.0
    place = np.full(pairs.shape[1], -1, dtype=np.int64)
    for row, (begin, end) in enumerate(pairwise(pointers)):
        some = nearest.indices[begin:end]
        place[some] = np.arange(len(some))
        lengths = pairs.indptr[some + 1] - pairs.indptr[some]
        take = ranges(pairs.indptr[some], lengths)
        column = place[pairs.indices[take]]
        among = column >= 0
        line = np.repeat(np.arange(len(some)), lengths)[among]
        left[row, line, column[among]] = pairs.data[take[among]]
        left[row, np.arange(len(some)), np.arange(len(some))] = shrunk[some]
        wanted = slice(*targets.indptr[start + row : start + row + 2])
        column = place[targets.indices[wanted]]
        right[row, column[column >= 0]] = targets.data[wanted][column >= 0]
        place[some] = -1
    weight = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    filled = np.arange(width) < length[:, None]
    return sparse.csr_matrix(
        (weight[filled], nearest.indices[low:high], pointers - low),
        shape=(count, pairs.shape[1]),
    )
