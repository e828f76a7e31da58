"""Products and placements of sparse rows that scipy does slowly or not at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import ranges

# Products of one row from which on scipy's checks cost less than numpy's temporaries.
_WORTH_CHECKING = 20_000


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
