"""The live ranker, laid over the catalogue: the order that it gives to the best candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from mlengine.datasets.shown import FROM, RANKER, SCORE, Past, moment_describe, rows_of
from mlengine.estimators.outcome_ranker import OutcomeRanker
from mlengine.registry import Loaded, artifact_load
from mlengine.slates.accounts import Account
from mlengine.slates.candidates import Scores
from mlengine.slates.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class FeedRanker:
    """A ranker with what it knows of the catalogue's posts: features by name, each (n_posts,)."""

    loaded: Loaded[OutcomeRanker]
    catalogue: Catalogue
    posts: Mapping[str, NDArray[np.float64]]

    @property
    def label(self) -> str:
        """What slates name beside the feed model's version."""
        return self.loaded.label

    def lifts(
        self,
        accounts: Sequence[Account],
        best: NDArray[np.intp],
        total: Scores,
        parts: Mapping[str, Scores],
        *,
        at: datetime,
    ) -> Scores:
        """Return what to add to the candidates at `best` so that the worthiest score most.

        Shapes of `best` and of the answer are (n_accounts, n_best), of `total` and each of
        `parts` (n_accounts, n_posts). The scores stay the same but change places, so that they
        mean beside each other what they meant. What scores 0 or less is no candidate and stays.
        An account's weight of this source multiplies what is added.
        """
        found = np.zeros(best.shape, dtype=np.float32)
        for row, account in enumerate(accounts):
            columns = best[row]
            scores = total[row, columns]
            rows = np.flatnonzero(scores > 0)
            if not len(rows):
                continue
            shares = {name: part[row, columns[rows]] for name, part in parts.items()}
            worth = self._worth(account, columns[rows], scores[rows], shares, at)
            order = rows[np.argsort(-worth, kind="stable")]
            weight = np.float32(account.weights.get(RANKER, 1.0))
            found[row, order] = weight * (np.sort(scores[rows])[::-1] - scores[order])
        return found

    def _worth(
        self,
        account: Account,
        columns: NDArray[np.intp],
        scores: NDArray[np.float32],
        shares: Mapping[str, NDArray[np.float32]],
        at: datetime,
    ) -> NDArray[np.float64]:
        catalogue, model = self.catalogue, self.loaded.model
        categories = catalogue.categories
        known: dict[str, NDArray[Any]] = {
            SCORE: scores,
            **{FROM + name: share for name, share in shares.items()},
            **{name: values[columns] for name, values in self.posts.items()},
            **_past(account, catalogue).describe(
                catalogue.authors[columns].tolist(),
                [categories[code] for code in catalogue.category[columns].tolist()],
            ),
            **moment_describe(
                at.timestamp(), catalogue.published[columns], catalogue.is_reel[columns]
            ),
        }
        rows = rows_of(model.names, known, len(columns))
        return model.values(rows, settings.SOCIALML_OUTCOME_WEIGHTS)


_kept: FeedRanker | None = None


def feed_ranker(catalogue: Catalogue) -> FeedRanker | None:
    """Return the live ranker over the catalogue, or None where none is live.

    Kept in this process for as long as neither changes.
    """
    global _kept
    loaded = artifact_load(RANKER, OutcomeRanker.load)
    if loaded is None:
        return None
    kept = _kept
    if kept is None or kept.loaded is not loaded or kept.catalogue is not catalogue:
        posts = loaded.model.describe_posts(catalogue.ids, catalogue.authors)
        kept = _kept = FeedRanker(loaded, catalogue, posts)
    return kept


def _past(account: Account, catalogue: Catalogue) -> Past:
    """Return what the account made of the catalogue's posts."""
    past = Past()
    weights = {post: weight for post, weight, _ in account.history}
    columns = catalogue.columns_of(sorted(weights))
    for post, author, code in zip(
        catalogue.ids[columns].tolist(),
        catalogue.authors[columns].tolist(),
        catalogue.category[columns].tolist(),
        strict=True,
    ):
        past.add(post, author, catalogue.categories[code], weights[post])
    return past
