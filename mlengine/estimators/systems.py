"""Regressing each item on a few others: many small systems of equations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.estimators.ranking import largest_per_row
from mlengine.estimators.sparse_rows import item_blocks

# Of each item, the other items whose co-occurrence is kept: 100,000 items take 480 MB.
_PAIRS_KEPT = 300
# Cells of the systems solved at once, as float32: 64 MB, and as much again while they are solved.
_CELLS = 16_000_000


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
    width = int(np.diff(nearest.indptr).max(initial=1))
    at_once = max(1, _CELLS // width**2)
    parts = [
        _solved(pairs, shrunk, targets[start : start + at_once], nearest[start : start + at_once])
        for start in range(0, len(shrunk), at_once)
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
) -> sparse.csr_matrix:
    """Return the weights of some items, a row an item of `targets` and `nearest`."""
    length = np.diff(nearest.indptr)
    filled = np.arange(length.max(initial=0)) < length[:, None]
    # Beyond an item's own regressors the system is the identity, and the answer 0.
    held = np.full(filled.shape, len(shrunk))
    held[filled] = nearest.indices
    left = _among(pairs, held, filled)
    diagonal = np.arange(held.shape[1])
    left[:, diagonal, diagonal] = np.append(shrunk, np.float32(1.0))[held]
    right = _of_each(targets, held)
    weight = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    return sparse.csr_matrix((weight[filled], nearest.indices, nearest.indptr), shape=nearest.shape)


def _among(
    pairs: sparse.csr_matrix, held: NDArray[np.intp], filled: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return G[N, N] of each row N of `held`, shape (n_rows, width, width), 0 where not filled.

    Each row of the pairs is spread out once, for all systems that hold its item.
    """
    system, line = np.nonzero(filled)
    order = np.argsort(held[filled], kind="stable")
    system, line = system[order], line[order]
    items, starts = np.unique(held[filled][order], return_index=True)
    found = np.zeros((*held.shape, held.shape[1]), dtype=np.float32)
    said = np.zeros(pairs.shape[1] + 1, dtype=np.float32)
    bounds = pairwise([*starts.tolist(), len(order)])
    for item, (start, end) in zip(items.tolist(), bounds, strict=True):
        run = slice(*pairs.indptr[item : item + 2])
        said[pairs.indices[run]] = pairs.data[run]
        some = system[start:end]
        found[some, line[start:end]] = said[held[some]]
        said[pairs.indices[run]] = 0.0
    return found


def _of_each(targets: sparse.csr_matrix, held: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return t_j[N] of each row N of `held`, shape (n_rows, width)."""
    found = np.zeros(held.shape, dtype=np.float32)
    said = np.zeros(targets.shape[1] + 1, dtype=np.float32)
    for row, (start, end) in enumerate(pairwise(targets.indptr)):
        said[targets.indices[start:end]] = targets.data[start:end]
        found[row] = said[held[row]]
        said[targets.indices[start:end]] = 0.0
    return found
