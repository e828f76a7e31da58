"""Holding interactions back, so that choices are not made on the test."""

from __future__ import annotations

import numpy as np

from mlengine.datasets import Interactions, positions_in

# Of each user's interactions, when no better size is known.
_SHARE = 0.1


def is_later(train: Interactions, test: Interactions) -> bool:
    """Return whether the test's choices come after the same users' training choices.

    True if both files order their rows by the same clock and no more than one user in a hundred
    has a test row before their last training row.
    """
    if not (train.is_ordered and test.is_ordered):
        return False
    if train.at is None or test.at is None:
        # Positions count within one user and go on from train to test, by their definition.
        return train.at is None and test.at is None
    shared = np.intersect1d(train.user_ids, test.user_ids)
    if not len(shared):
        return True
    last = np.maximum.reduceat(train.at, train.matrix.indptr[:-1])
    first = np.minimum.reduceat(test.at, test.matrix.indptr[:-1])
    behind = (
        first[positions_in(test.user_ids, shared)[0]]
        < last[positions_in(train.user_ids, shared)[0]]
    )
    return bool(behind.mean() <= 0.01)


def hold_back(
    interactions: Interactions, *, newest: bool, each: int | None, seed: int = 0
) -> tuple[Interactions, Interactions]:
    """Return (kept, held back): `each` interactions a user, or a tenth of them.

    The newest ones if `newest`, else drawn at random. Every user keeps at least one.
    """
    length = np.diff(interactions.matrix.indptr)
    row = np.repeat(np.arange(len(length)), length)
    wanted = np.full(len(length), each) if each else np.ceil(length * _SHARE).astype(np.int64)
    wanted = np.minimum(wanted, length - 1)
    if newest:
        rank = interactions.age
    else:
        order = np.lexsort((np.random.default_rng(seed).random(len(row)), row))
        rank = np.empty(len(row), dtype=np.int64)
        rank[order] = np.arange(len(row)) - np.repeat(interactions.matrix.indptr[:-1], length)
    held = rank < wanted[row]
    return interactions.where(~held), interactions.where(held)


def users_sampled(held_out: Interactions, *, count: int, seed: int = 0) -> Interactions:
    """Return the interactions of at most `count` users, drawn at random."""
    total = len(held_out.user_ids)
    if total <= count:
        return held_out
    chosen = np.zeros(total, dtype=bool)
    chosen[np.random.default_rng(seed).choice(total, size=count, replace=False)] = True
    return held_out.where(np.repeat(chosen, np.diff(held_out.matrix.indptr)))
