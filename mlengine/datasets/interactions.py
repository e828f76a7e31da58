"""Who chose what, how strongly and in which order: what every recommender learns from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from mlengine.datasets.histories import Histories
from mlengine.datasets.positions import ages, positions_in, ranges
from mlengine.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Interactions:
    """Choices of users among items, each pair once.

    Attributes
    ----------
    user_ids, item_ids : ndarray of int64, shapes (n_users,) and (n_items,)
        Ascending; row u and column i of `matrix` stand for user_ids[u] and item_ids[i].
    matrix : csr_matrix of float32, shape (n_users, n_items)
        Summed weight of a pair, indices sorted, all stored weights positive.
    age : ndarray of int32, shape (matrix.nnz,)
        How many items the same user chose later; all 0 where no order was given.
    at : ndarray of float64, shape (matrix.nnz,), or None
        Moment of the pair's last choice, in seconds; None where only an order, or not even
        that, is known.
    is_ordered : bool
        Whether `age` means anything.
    """

    user_ids: NDArray[np.int64]
    item_ids: NDArray[np.int64]
    matrix: sparse.csr_matrix
    age: NDArray[np.int32]
    at: NDArray[np.float64] | None
    is_ordered: bool

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[float]]) -> Interactions:
        """Build from (user id, item id, weight) or (user id, item id, weight, seconds) rows."""
        table = [tuple(row) for row in rows]
        columns = list(zip(*table, strict=True)) if table else [(), (), ()]
        timed = len(columns) > 3
        return cls.from_arrays(
            np.array(columns[0], dtype=np.int64),
            np.array(columns[1], dtype=np.int64),
            np.array(columns[2], dtype=np.float32),
            at=np.array(columns[3], dtype=np.float64) if timed else None,
        )

    @classmethod
    def from_arrays(
        cls,
        users: ArrayLike,
        items: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        at: ArrayLike | None = None,
        position: ArrayLike | None = None,
    ) -> Interactions:
        """Build from aligned arrays, one element a choice.

        A pair that occurs again adds its weight and takes the later place in the order. Pairs
        whose weights sum to nothing positive are left out, with users and items that then have
        none.

        Parameters
        ----------
        users, items : array of int, shape (n,)
        weights : array of float, shape (n,), default all 1
        at : array of float, shape (n,), optional
            Seconds since any fixed moment, the same for all users.
        position : array of float, shape (n,), optional
            An order that means something within one user only; used where `at` is None.

        :raises DatasetError: if lengths differ or a weight or moment is not finite.
        """
        user = np.asarray(users, dtype=np.int64)
        item = np.asarray(items, dtype=np.int64)
        weight = np.ones(len(user)) if weights is None else np.asarray(weights, dtype=np.float64)
        clock = at if at is not None else position
        when = np.zeros(len(user)) if clock is None else np.asarray(clock, dtype=np.float64)
        if not len(user) == len(item) == len(weight) == len(when):
            raise DatasetError("Users, items, weights and moments differ in number.")
        if not (np.isfinite(weight).all() and np.isfinite(when).all()):
            raise DatasetError("A weight or moment is not a finite number.")

        user, item, weight, when = _one_row_a_pair(user, item, weight, when)
        user_ids, row = np.unique(user, return_inverse=True)
        item_ids, column = np.unique(item, return_inverse=True)
        pointers = np.searchsorted(row, np.arange(len(user_ids) + 1))
        matrix = sparse.csr_matrix(
            (weight.astype(np.float32), column, pointers), shape=(len(user_ids), len(item_ids))
        )
        is_ordered = clock is not None
        age = ages(row, when) if is_ordered else np.zeros(len(row), np.int32)
        return cls(user_ids, item_ids, matrix, age, when if at is not None else None, is_ordered)

    def __len__(self) -> int:
        return int(self.matrix.nnz)

    def items_by_user(self) -> dict[int, set[int]]:
        """Return the set of item ids of each user id."""
        items = self.item_ids[self.matrix.indices].tolist()
        ends = self.matrix.indptr.tolist()
        return {
            user: set(items[ends[row] : ends[row + 1]])
            for row, user in enumerate(self.user_ids.tolist())
        }

    def histories(
        self, item_ids: NDArray[np.int64], user_ids: NDArray[np.int64] | None = None
    ) -> Histories:
        """Return users' choices as rows over the sorted catalogue `item_ids`.

        Items outside the catalogue are left out, and the ages of the rest close ranks. Rows
        follow `user_ids` (default: all of `self.user_ids`); a user never seen has an empty row.
        """
        wanted = self.user_ids if user_ids is None else np.asarray(user_ids, dtype=np.int64)
        place, known_user = positions_in(self.user_ids, wanted)
        length = np.where(known_user, np.diff(self.matrix.indptr)[place], 0)
        take = ranges(self.matrix.indptr[place], length)
        row = np.repeat(np.arange(len(wanted)), length)
        new_column, known_item = positions_in(item_ids, self.item_ids)
        old_column = self.matrix.indices[take]
        keep = known_item[old_column]
        row, take, column = row[keep], take[keep], new_column[old_column[keep]]
        age = self.age[take]
        if not keep.all() and age.any():
            age = ages(row, -age.astype(np.float64))
        pointers = np.searchsorted(row, np.arange(len(wanted) + 1))
        shape = (len(wanted), len(item_ids))
        return Histories(
            sparse.csr_matrix((self.matrix.data[take], column, pointers), shape=shape), age
        )

    def where(self, keep: NDArray[np.bool_]) -> Interactions:
        """Return the pairs for which `keep` (shape (matrix.nnz,)) is true, order preserved."""
        row = np.repeat(np.arange(len(self.user_ids)), np.diff(self.matrix.indptr))[keep]
        return Interactions.from_arrays(
            self.user_ids[row],
            self.item_ids[self.matrix.indices[keep]],
            self.matrix.data[keep],
            at=None if self.at is None else self.at[keep],
            position=-self.age[keep] if self.is_ordered else None,
        )

    def binary(self) -> Interactions:
        """Return the same pairs, every weight 1."""
        matrix = self.matrix.copy()
        matrix.data = np.ones_like(matrix.data)
        return Interactions(
            self.user_ids, self.item_ids, matrix, self.age, self.at, self.is_ordered
        )


def _one_row_a_pair(
    user: NDArray[np.int64],
    item: NDArray[np.int64],
    weight: NDArray[np.float64],
    when: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Sum weights and keep the last moment of each (user, item), sorted by both."""
    order = np.lexsort((when, item, user))
    user, item, weight, when = user[order], item[order], weight[order], when[order]
    if not len(user):
        return user, item, weight, when
    starts = np.flatnonzero(np.r_[True, (np.diff(user) != 0) | (np.diff(item) != 0)])
    ends = np.r_[starts[1:], len(user)] - 1
    total = np.add.reduceat(weight, starts)
    keep = total > 0
    return user[ends][keep], item[ends][keep], total[keep], when[ends][keep]
