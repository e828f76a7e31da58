"""Products and placements of sparse rows that scipy does slowly or not at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import ranges

# Products of one row from which on scipy's checks cost less than numpy's temporaries.
_WORTH_CHECKING = 20_000
# Pairs of items counted at once; 12 bytes each, and a few copies, stay below 1 GB.
_PAIRS_AT_ONCE = 8_000_000
_CELLS_AT_ONCE = 16_000_000
_NOISE = 1e-5


def dense_product(left: sparse.csr_matrix, right: sparse.csr_matrix) -> NDArray[np.float32]:
    """Return left @ right as a fresh dense array of float32.

    >>> one = sparse.csr_matrix(np.array([[0.0, 2.0]]))
    >>> dense_product(one, sparse.csr_matrix(np.array([[1.0, 0.0], [0.0, 3.0]]))).tolist()
    [[0.0, 6.0]]
    """
    starts = right.indptr[left.indices]
    length = right.indptr[left.indices + 1] - starts
    if left.shape[0] != 1 or length.sum() > _WORTH_CHECKING:
        product: NDArray[np.float32] = (left @ right).toarray()
        return product.astype(np.float32, copy=False)
    # One person at a time is what a request asks for; scipy spends longer checking than adding.
    take = ranges(starts, length)
    weight = np.repeat(left.data, length) * right.data[take]
    return np.bincount(right.indices[take], weight, right.shape[1]).astype(np.float32)[None, :]


def rows_placed(
    matrix: sparse.csr_matrix, place: NDArray[np.intp], count: int
) -> sparse.csr_matrix:
    """Return `count` rows of which row place[i] is the matrix's row i, the others empty.

    `place` ascends.

    >>> rows_placed(sparse.csr_matrix([[7.0]]), np.array([1]), 2).toarray().tolist()
    [[0.0], [7.0]]
    """
    length = np.zeros(count, dtype=np.int64)
    length[place] = np.diff(matrix.indptr)
    pointers = np.concatenate([[0], np.cumsum(length)])
    shape = (count, matrix.shape[1])
    return sparse.csr_matrix((matrix.data, matrix.indices, pointers), shape=shape)


def columns_placed(
    matrix: sparse.csr_matrix, place: NDArray[np.intp], count: int
) -> sparse.csr_matrix:
    """Return `count` columns of which column place[j] is the matrix's column j.

    >>> columns_placed(sparse.csr_matrix([[7.0]]), np.array([1]), 2).toarray().tolist()
    [[0.0, 7.0]]
    """
    shape = (matrix.shape[0], count)
    return sparse.csr_matrix((matrix.data, place[matrix.indices], matrix.indptr), shape=shape)


def item_blocks(x: sparse.csr_matrix, pairs: int = _PAIRS_AT_ONCE) -> list[tuple[int, int]]:
    """Split the columns of users x items into runs with about `pairs` products (i, j, user) each.

    Returns (start, stop) of each run, so that counting what goes with a run's items takes
    bounded memory.
    """
    length = np.diff(x.indptr)
    by_item = np.bincount(x.indices, np.repeat(length, length), minlength=x.shape[1])
    block = (np.cumsum(by_item) // pairs).astype(np.int64)
    starts = np.flatnonzero(np.r_[True, np.diff(block) > 0])
    return list(zip(starts.tolist(), [*starts[1:].tolist(), x.shape[1]], strict=True))


def strongest_products(
    into: NDArray[np.float32], out: NDArray[np.float32], neighbours: int
) -> sparse.csr_matrix:
    """Return the `neighbours` largest positive cells of each row of into @ out', none own.

    Shapes (n, width) twice; the answer is (n, n), made in blocks of 64 MB.
    """
    count = len(into)
    at_once = max(1, _CELLS_AT_ONCE // count)
    parts = []
    for start in range(0, count, at_once):
        block = into[start : start + at_once] @ out.T
        rows = np.arange(len(block))
        block[rows, rows + start] = 0.0
        width = min(neighbours, count)
        columns = np.argpartition(-block, width - 1, axis=1)[:, :width]
        strength = np.take_along_axis(block, columns, axis=1)
        # What is left of a sum that cancelled out is no strength.
        strength[strength <= _NOISE * np.abs(block).max(axis=1, keepdims=True)] = 0.0
        pointers = np.arange(0, columns.size + 1, width)
        part = sparse.csr_matrix(
            (strength.ravel(), columns.ravel(), pointers), shape=(len(block), count)
        )
        part.eliminate_zeros()
        part.sort_indices()
        parts.append(part)
    return sparse.vstack(parts, format="csr")
