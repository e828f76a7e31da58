"""Where ids and runs of elements stand in arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def positions_in(
    catalogue: NDArray[np.int64], ids: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where each id stands in the ascending `catalogue`, and whether it does at all.

    The position of an absent id is 0 and means nothing.
    """
    if not len(catalogue):
        return np.zeros(len(ids), np.intp), np.zeros(len(ids), bool)
    position = np.searchsorted(catalogue, ids)
    position[position == len(catalogue)] = 0
    known = catalogue[position] == ids
    position[~known] = 0
    return position, known


def ranges(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the concatenation of arange(start, start + length) over all pairs.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    offsets = np.repeat(np.cumsum(lengths) - lengths, lengths)
    run: NDArray[np.int64] = np.repeat(starts, lengths) + np.arange(int(lengths.sum())) - offsets
    return run


def ages(row: NDArray[np.intp], when: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return how many elements of the same (ascending) row have a later place in time."""
    order = np.lexsort((np.arange(len(row)), when, row))
    ends = np.searchsorted(row, row, side="right")
    age = np.empty(len(row), np.int32)
    age[order] = ends - 1 - np.arange(len(row))
    return age
