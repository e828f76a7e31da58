"""How good ranked lists are, for all users at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RankingReport:
    """Means over users who had something to find, each in [0, 1].

    `recall` is the share of a user's held-out items among the first k, `ndcg` the discounted
    gain against the best possible list of k, `hit_rate` the share of users with one hit or more.
    """

    users: int
    k: int
    recall: float
    ndcg: float
    hit_rate: float


def ranking_report(
    ranked: Mapping[int, Sequence[int]], chosen: Mapping[int, set[int]], *, k: int
) -> RankingReport:
    """Judge each user's list, best first, against the items they chose.

    Users who chose nothing are not counted; a user without a list found nothing.

    >>> ranking_report({1: [7, 8]}, {1: {8}, 2: set()}, k=2)
    RankingReport(users=1, k=2, recall=1.0, ndcg=0.6309297535714575, hit_rate=1.0)
    """
    users = [user for user, items in chosen.items() if items]
    hits = np.zeros((len(users), k), dtype=bool)
    for row, user in enumerate(users):
        for rank, item in enumerate(list(ranked.get(user, ()))[:k]):
            hits[row, rank] = item in chosen[user]
    wanted = np.array([len(chosen[user]) for user in users], dtype=np.int64)
    return report_of_hits(hits, wanted)


def report_of_hits(hits: NDArray[np.bool_], wanted: NDArray[np.int64]) -> RankingReport:
    """Judge lists given as hits, shape (n_users, k), and the number of items to be found.

    Every element of `wanted` must be positive.
    """
    if not len(hits):
        return RankingReport(0, hits.shape[1], 0.0, 0.0, 0.0)
    return RankingReport(
        users=len(hits),
        k=hits.shape[1],
        recall=float(recall_at_k(hits, wanted).mean()),
        ndcg=float(ndcg_at_k(hits, wanted).mean()),
        hit_rate=float(hit_at_k(hits).mean()),
    )


def recall_at_k(hits: NDArray[np.bool_], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each user's share of wanted items that were listed, shape (n_users,).

    >>> recall_at_k(np.array([[True, False], [False, False]]), np.array([2, 1])).tolist()
    [0.5, 0.0]
    """
    share: NDArray[np.float64] = hits.sum(axis=1) / wanted
    return share


def ndcg_at_k(hits: NDArray[np.bool_], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each user's normalised discounted cumulative gain, shape (n_users,).

    Gains are 0 or 1, the discount of rank r (from 1) is 1 / log2(r + 1), and the ideal list
    has min(k, wanted) hits at its head. Järvelin and Kekäläinen (2002),
    doi:10.1145/582415.582418.

    >>> ndcg_at_k(np.array([[True, False, True]]), np.array([2])).round(4).tolist()
    [0.9197]
    """
    discount = 1.0 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])
    gain: NDArray[np.float64] = (hits @ discount) / ideal[np.minimum(wanted, hits.shape[1])]
    return gain


def graded_ndcg(gains: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Return the normalised discounted cumulative gain of one list ordered by `scores`.

    Gains are not negative, and one at least is positive; the discount is as in `ndcg_at_k`,
    over the whole list. Of equal scores the first stands first.

    >>> round(graded_ndcg(np.array([0.0, 3.0, 1.0]), np.array([0.9, 0.5, 0.1])), 4)
    0.659
    """
    discount = 1.0 / np.log2(np.arange(2, len(gains) + 2))
    found = gains[np.argsort(-scores, kind="stable")] @ discount
    return float(found / (np.sort(gains)[::-1] @ discount))


def hit_at_k(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return 1.0 for each user with at least one hit, else 0.0, shape (n_users,).

    >>> hit_at_k(np.array([[False, True], [False, False]])).tolist()
    [1.0, 0.0]
    """
    return np.asarray(hits.any(axis=1), dtype=np.float64)
