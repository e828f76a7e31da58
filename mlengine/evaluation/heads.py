"""The heads of several rankings, small enough to be weighed again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators import Blend
from mlengine.estimators.ranking import top_k
from mlengine.estimators.recommender import CHUNK
from mlengine.evaluation.judging import Examination

# Items of each source that are looked at: what none of them ranks among its first 200 does not
# get into a blend's first 20.
_DEPTH = 200


@dataclass(frozen=True, slots=True)
class Heads:
    """What each source says of every item that any of them ranks high.

    Attributes
    ----------
    item_ids : ndarray of int64, shape (n_users, n_candidates)
        Ascending in a row; -1 fills what another source named already.
    parts : dict of str to ndarray of float32, shape (n_users, n_candidates)
        Scores in [0, 1], 0 where the id is -1.
    """

    item_ids: NDArray[np.int64]
    parts: dict[str, NDArray[np.float32]]

    def best(self, weights: Mapping[str, float], *, k: int) -> NDArray[np.int64]:
        """Return the first `k` item ids under these weights, shape (n_users, k), -1 at the end."""
        total = np.zeros(self.item_ids.shape, dtype=np.float32)
        for name, part in self.parts.items():
            total += np.float32(weights[name]) * part
        best = top_k(total, k)
        found = np.take_along_axis(total, best, axis=1) > 0
        ids = np.full((len(total), k), -1, dtype=np.int64)
        chosen = np.take_along_axis(self.item_ids, best, axis=1)
        ids[:, : best.shape[1]] = np.where(found, chosen, -1)
        return ids


def heads_of(blend: Blend, exam: Examination, *, k: int) -> Heads:
    """Return the heads of all sources of the blend for the users of the examination."""
    people = exam.people(blend.item_ids_)
    depth = min(max(_DEPTH, 5 * k), len(blend.item_ids_))
    ids: list[NDArray[np.int64]] = []
    parts: dict[str, list[NDArray[np.float32]]] = {name: [] for name in blend.sources}
    for start in range(0, len(exam.user_ids), CHUNK):
        scores = blend.parts(people.rows(start, start + CHUNK))
        columns = np.sort(
            np.concatenate([top_k(part, depth) for part in scores.values()], axis=1), axis=1
        )
        is_repeated = np.zeros(columns.shape, dtype=bool)
        is_repeated[:, 1:] = columns[:, 1:] == columns[:, :-1]
        ids.append(np.where(is_repeated, -1, blend.item_ids_[columns]))
        for name, part in scores.items():
            said = np.take_along_axis(part, columns, axis=1)
            parts[name].append(np.where(is_repeated, np.float32(0), said))
    return Heads(
        np.concatenate(ids), {name: np.concatenate(chunks) for name, chunks in parts.items()}
    )
