"""Comparing ranked lists with what people chose, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets import Histories, Interactions, positions_in
from mlengine.metrics import RankingReport, report_of_hits
from mlengine.metrics.ranking import ndcg_at_k


class Scorer(Protocol):
    """What is judged: a recommender or a blend of some."""

    item_ids_: NDArray[np.int64]

    def scores(self, people: Histories) -> NDArray[np.float32]:
        """Return dense scores, 0 where an item was already met."""


class Examination:
    """Users with something to find: their pasts, and the new items they chose.

    Items met in the past do not count as found or missed; users left with nothing to find are
    not counted.
    """

    def __init__(self, past: Interactions, held_out: Interactions) -> None:
        self.past = past
        before = past.items_by_user()
        found = {
            user: items - before.get(user, set())
            for user, items in held_out.items_by_user().items()
        }
        users = sorted(user for user, items in found.items() if items)
        self.user_ids = np.array(users, dtype=np.int64)
        self.wanted = np.array([len(found[user]) for user in users], dtype=np.int64)
        flat = [(row, item) for row, user in enumerate(users) for item in found[user]]
        pairs = np.array(flat, dtype=np.int64).reshape(-1, 2)
        self._row, self._item = pairs[:, 0], pairs[:, 1]

    def people(self, item_ids: NDArray[np.int64]) -> Histories:
        """Return the users' pasts over the catalogue, rows as `user_ids`."""
        return self.past.histories(item_ids, self.user_ids)

    def report(self, ids: NDArray[np.int64]) -> RankingReport:
        """Judge lists of item ids, shape (n_users, k), -1 where a list ended early."""
        return report_of_hits(self.hits(ids), self.wanted)

    def ndcg(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return each user's NDCG, shape (n_users,), in the order of `user_ids`."""
        return ndcg_at_k(self.hits(ids), self.wanted)

    def hits(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the listed items were chosen, shape as `ids`."""
        # One number a (user, item) pair makes membership a single sorted search.
        catalogue = np.unique(self._item)
        keys = np.sort(self._row * len(catalogue) + np.searchsorted(catalogue, self._item))
        column, known = positions_in(catalogue, ids.ravel())
        row = np.repeat(np.arange(len(ids)), ids.shape[1])
        _, hit = positions_in(keys, row * len(catalogue) + column)
        found: NDArray[np.bool_] = (hit & known).reshape(ids.shape)
        return found


def figures(report: RankingReport) -> Mapping[str, float]:
    """Return a report under the names `evaluate` prints, rounded to six places."""
    return {
        f"recall@{report.k}": round(report.recall, 6),
        f"ndcg@{report.k}": round(report.ndcg, 6),
        f"hit_rate@{report.k}": round(report.hit_rate, 6),
    }
