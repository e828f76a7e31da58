"""What lets a post count for less without leaving it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from mlengine.slates.accounts import Account
from mlengine.slates.candidates import Scores
from mlengine.slates.catalogue import Catalogue
from mlengine.slates.likeness import DISMISSALS, SKIPS, fallen, skips_of
from mlengine.slates.model import FeedModel

# The names of these sources in slates.
BUSY_AUTHOR = "busy-author"
DISMISSED = "dismissed"
SKIPPED = "skipped"
# What the closest neighbour of a post that somebody asked for less of loses.
_NEIGHBOUR = 0.5


def demoted(
    total: Scores,
    accounts: Sequence[Account],
    catalogue: Catalogue,
    model: FeedModel | None,
    *,
    at: datetime,
) -> tuple[Scores, dict[str, Scores]]:
    """Return the scores after all demotions, and what each took away, shape (n_accounts, n_posts).

    Each takes a share of what is above 0, so that nothing vanishes by being demoted, and parts
    still add up to the score. An account's own weight says how much of each counts.
    """
    taken: dict[str, Scores] = {}
    for name, kept in _kept(accounts, catalogue, model, at):
        weights = np.array([account.weights.get(name, 1.0) for account in accounts], np.float32)
        taken[name] = weights[:, None] * (kept - np.float32(1.0)) * np.maximum(total, 0.0)
        total = total + taken[name]
    return total, taken


def _kept(
    accounts: Sequence[Account], catalogue: Catalogue, model: FeedModel | None, at: datetime
) -> Iterator[tuple[str, Scores]]:
    """Yield the name of each demotion that does something, and the share that every post keeps."""
    if (catalogue.ease < 1.0).any():
        yield BUSY_AUTHOR, catalogue.ease[None, :]
    disliked = [account.disliked for account in accounts]
    if any(disliked):
        kept = np.stack([fallen(DISMISSALS, ids, [], catalogue) for ids in disliked])
        yield DISMISSED, kept * _far_from(disliked, catalogue, model)
    skips = [skips_of(account, at=at) for account in accounts]
    if any(skipped for skipped, _ in skips):
        yield (
            SKIPPED,
            np.stack([fallen(SKIPS, skipped, liked, catalogue) for skipped, liked in skips]),
        )


def _far_from(
    disliked: Sequence[list[int]], catalogue: Catalogue, model: FeedModel | None
) -> NDArray[np.float32]:
    near = model.neighbours_of(disliked, len(catalogue)) if model else None
    if near is None:
        return np.ones((len(disliked), 1), dtype=np.float32)
    return np.float32(1.0) - np.float32(_NEIGHBOUR) * near
