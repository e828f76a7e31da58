"""The live feed model, laid over the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets import Interactions, positions_in
from mlengine.estimators import Blend, ItemNeighbours
from mlengine.registry import Loaded, artifact_load
from mlengine.slates.accounts import Account
from mlengine.slates.catalogue import Catalogue

NAME = "feed"


@dataclass(frozen=True, slots=True)
class FeedModel:
    """A blend whose scores are given in the catalogue's columns.

    `label` is what slates name as their model version. The blend's weights are brought to sum
    to 1, so that what is added beside it means the same beside every version.
    """

    label: str
    blend: Blend
    _theirs: NDArray[np.intp]
    _ours: NDArray[np.intp]
    # Whether the model knows exactly the catalogue's posts, so that its columns are ours.
    _is_same: bool

    @classmethod
    def over(cls, loaded: Loaded[Blend], catalogue: Catalogue) -> FeedModel:
        """Lay the loaded blend over the catalogue."""
        place, known = positions_in(catalogue.ids, loaded.model.item_ids_)
        is_same = bool(known.all()) and len(known) == len(catalogue)
        return cls(loaded.label, loaded.model, np.flatnonzero(known), place[known], is_same)

    def parts(self, accounts: Sequence[Account], width: int) -> dict[str, NDArray[np.float32]]:
        """Return each source's share of the scores, shape (n_accounts, width), by its name.

        An account without liked posts gets zeros, and several without any no source at all.
        """
        if not any(account.has_liked for account in accounts):
            return {}
        interactions = _interactions(accounts)
        users = np.array([account.id for account in accounts], dtype=np.int64)
        people = interactions.histories(self.blend.item_ids_, users)
        knows = np.diff(people.matrix.indptr) > 0
        total = sum(abs(weight) for weight in self.blend.weights.values()) or 1.0
        found = {}
        for name, scores in self.blend.parts(people).items():
            share = np.float32(self.blend.weights[name] / total) * knows[:, None]
            found[name] = share * (scores if self._is_same else self._widened(scores, width))
        return found

    def neighbours_of(
        self, post_ids: Sequence[Sequence[int]], width: int
    ) -> NDArray[np.float32] | None:
        """Return how near every post is to each account's posts, shape (n_accounts, width).

        In [0, 1], 1 the nearest; None where the blend has no item-item neighbours.
        """
        source = self.blend.sources.get(ItemNeighbours.kind)
        if source is None:
            return None
        rows = [(row, post_id, 1.0, 0.0) for row, ids in enumerate(post_ids) for post_id in ids]
        people = Interactions.from_rows(rows).histories(
            self.blend.item_ids_, np.arange(len(post_ids))
        )
        scores = np.maximum(source.scores(people), 0.0)
        scores /= np.maximum(scores.max(axis=1, initial=0.0), np.finfo(np.float32).tiny)[:, None]
        return scores if self._is_same else self._widened(scores, width)

    def _widened(self, scores: NDArray[np.float32], width: int) -> NDArray[np.float32]:
        wide = np.zeros((len(scores), width), dtype=np.float32)
        wide[:, self._ours] = scores[:, self._theirs]
        return wide


def feed_model(catalogue: Catalogue) -> FeedModel | None:
    """Return the live feed model over the catalogue, or None where none is live.

    Loaded once a process; see registry.artifact_load for its freshness.
    """
    loaded = artifact_load(NAME, Blend.load)
    return None if loaded is None else FeedModel.over(loaded, catalogue)


def _interactions(accounts: Sequence[Account]) -> Interactions:
    rows = [
        (account.id, post_id, weight, seconds)
        for account in accounts
        for post_id, weight, seconds in account.history
        if weight > 0
    ]
    return Interactions.from_rows(rows)
