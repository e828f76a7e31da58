"""People's past choices over a catalogue: what a recommender ranks from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets.positions import positions_in


@dataclass(frozen=True, slots=True)
class Histories:
    """Some people's past choices, one row a person, over a catalogue of items.

    Attributes
    ----------
    matrix : csr_matrix of float32, shape (n_people, n_items)
        How strongly each item was chosen; 0 where it was not.
    age : ndarray of int32, shape (matrix.nnz,)
        For each stored weight, how many other items that person chose later: 0 is the newest.
        All 0 where the order is unknown.
    """

    matrix: sparse.csr_matrix
    age: NDArray[np.int32]

    @classmethod
    def of_one(cls, history: Sequence[int], item_ids: NDArray[np.int64]) -> Histories:
        """Return one person's history, given as item ids from oldest to newest.

        Ids outside the sorted `item_ids` are left out; of a repeated id the last one counts.
        """
        newest_first = np.asarray(history, dtype=np.int64)[::-1]
        unique, first = np.unique(newest_first, return_index=True)
        position, known = positions_in(item_ids, unique)
        column, age = position[known], _dense_rank(first[known])
        matrix = sparse.csr_matrix(
            (np.ones(len(column), np.float32), column, np.array([0, len(column)])),
            shape=(1, len(item_ids)),
        )
        return cls(matrix, age)

    def rows(self, start: int, stop: int) -> Histories:
        """Return the people of rows `start` to `stop`, the last left out."""
        m = self.matrix
        low, high = m.indptr[start], m.indptr[min(stop, m.shape[0])]
        pointers = m.indptr[start : stop + 1] - low
        part = sparse.csr_matrix(
            (m.data[low:high], m.indices[low:high], pointers),
            shape=(len(pointers) - 1, m.shape[1]),
        )
        return Histories(part, self.age[low:high])

    def faded(self, decay: float) -> sparse.csr_matrix:
        """Return the weights times decay ** age: 1 keeps them, 0.5 halves them at each step."""
        if decay == 1.0:
            return self.matrix
        m = self.matrix
        data = m.data * np.power(np.float32(decay), self.age, dtype=np.float32)
        return sparse.csr_matrix((data, m.indices, m.indptr), shape=m.shape)

    def newest(self, count: int) -> Histories:
        """Return the same people with their `count` newest choices alone."""
        keep = self.age < count
        row = np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))[keep]
        pointers = np.searchsorted(row, np.arange(self.matrix.shape[0] + 1))
        part = sparse.csr_matrix(
            (self.matrix.data[keep], self.matrix.indices[keep], pointers), shape=self.matrix.shape
        )
        return Histories(part, self.age[keep])


def _dense_rank(values: NDArray[np.intp]) -> NDArray[np.int32]:
    rank = np.empty(len(values), np.int32)
    rank[np.argsort(values, kind="stable")] = np.arange(len(values), dtype=np.int32)
    return rank
