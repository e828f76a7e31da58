"""Which of today's groups goes on with which segment of before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from mlengine.estimators.clustering import overlap

# A group goes on with a segment if of all accounts in either a third are in both: half of each of
# two groups of one size. Below that more accounts are strangers than are known.
LEAST_OVERLAP = 1 / 3


def groups_matched(
    group: NDArray[np.int64],
    segment_ids: NDArray[np.int64],
    *,
    group_count: int,
) -> dict[int, tuple[int, float]]:
    """Return, by group, the segment it goes on with and their Jaccard index.

    `group` and `segment_ids`, shape (n_accounts,), say of each account which group it is in now
    and which segment it was in before, 0 for none. Each segment goes on in one group at most, so
    that the indices add up to most (Kuhn (1955), doi:10.1002/nav.3800020109); below
    LEAST_OVERLAP nothing goes on.

    >>> now, before = np.array([0, 0, 1, 1, 1]), np.array([7, 7, 9, 9, 9])
    >>> groups_matched(now, before, group_count=2)
    {0: (7, 1.0), 1: (9, 1.0)}
    """
    known, place = np.unique(segment_ids, return_inverse=True)
    index = overlap(group, place, group_count, len(known))
    # Having been in no segment is no group that could go on.
    index[:, known == 0] = 0.0
    rows, columns = linear_sum_assignment(-index)
    return {
        int(row): (int(known[column]), float(index[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if index[row, column] >= LEAST_OVERLAP
    }
