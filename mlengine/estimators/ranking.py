"""Choosing the best few of many scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def top_k(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the columns of each row's `k` largest scores, best first, shape (n_rows, k).

    Ties go to the lower column, so the same scores always give the same list. With fewer than
    `k` columns there are as many as there are columns.
    """
    k = min(k, scores.shape[1])
    if k <= 0:
        return np.zeros((len(scores), 0), dtype=np.intp)
    best = np.empty((len(scores), k), dtype=np.intp)
    for row, values in enumerate(scores):
        # Most scores of most models are 0, and partitioning is slow among equals.
        some = np.flatnonzero(values > 0)
        if len(some) < k:
            some = np.arange(len(values))
        best[row] = some[_best_of(values[some], k)]
    return best


def _best_of(values: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the positions of the `k` largest values, best first, ties in order of position."""
    least = np.partition(values, len(values) - k)[len(values) - k]
    above = np.flatnonzero(values > least)
    above = above[np.argsort(-values[above], kind="stable")]
    return np.concatenate([above, np.flatnonzero(values == least)[: k - len(above)]])


def largest_per_row(matrix: sparse.csr_matrix, n: int) -> sparse.csr_matrix:
    """Return the matrix with the `n` largest stored values of each row alone.

    >>> largest_per_row(sparse.csr_matrix([[1.0, 2.0], [3.0, 0.0]]), 1).toarray().tolist()
    [[0.0, 2.0], [3.0, 0.0]]
    """
    length = np.diff(matrix.indptr)
    kept = [
        # Rows are many and short: sorting each alone takes a tenth of sorting all together.
        start + np.argpartition(-matrix.data[start:stop], n - 1)[:n]
        if stop - start > n
        else np.arange(start, stop)
        for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]
    take = np.concatenate(kept) if kept else np.zeros(0, dtype=np.intp)
    pointers = np.concatenate([[0], np.cumsum(np.minimum(length, n))])
    smaller = sparse.csr_matrix(
        (matrix.data[take], matrix.indices[take], pointers), shape=matrix.shape
    )
    smaller.sort_indices()
    return smaller
