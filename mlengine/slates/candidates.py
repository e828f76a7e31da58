"""What each source says of every post, for some accounts at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlengine.slates.accounts import Account
from mlengine.slates.catalogue import Catalogue
from mlengine.slates.circles import circle_parts
from mlengine.slates.model import FeedModel
from mlengine.slates.reasons import Tastes

Scores = NDArray[np.float32]

# Added to the model's score, which is at most 1. Following says more than any guess; what is
# new or trending decides only where the model is of two minds.
FOLLOWING = 0.5
INTERESTS = 0.3
# What one's circle speaks for is a guess, of posts that nothing else may know of yet.
FRIENDS_OF_FRIENDS = 0.2
FRIENDS_LIKES = 0.2
FRESH = 0.15
TRENDING = 0.1
# What one named when signing up counts half once this many posts were liked, and ever less.
_INTERESTS_HALVED_BY = 5
# Of what is new, how much counts however little it fits the account's tastes.
_FOR_ALL = 0.3
# A followed author's post fades as it ages, but never to less than this share.
_LEAST_FOLLOWING = 0.2


def candidate_parts(
    accounts: Sequence[Account],
    tastes: Sequence[Tastes],
    catalogue: Catalogue,
    model: FeedModel | None,
) -> dict[str, Scores]:
    """Return each source's part of the scores, shape (n_accounts, n_posts), by its name.

    Each is multiplied by the share that its account lets that source count.
    """
    shape = (len(accounts), len(catalogue))
    parts = model.parts(accounts, len(catalogue)) if model else {}
    circle = circle_parts(accounts, catalogue.lately)
    if circle is not None:
        parts["friends-of-friends"] = np.float32(FRIENDS_OF_FRIENDS) * circle[0]
        parts["friends-likes"] = np.float32(FRIENDS_LIKES) * circle[1]
    parts["trending"] = np.broadcast_to(np.float32(TRENDING) * catalogue.trending, shape)
    following = np.zeros(shape, dtype=np.float32)
    interests = np.zeros(shape, dtype=np.float32)
    fresh = np.zeros(shape, dtype=np.float32)
    new = np.flatnonzero(catalogue.fresh)
    for row, account in enumerate(accounts):
        followed = catalogue.columns_by(account.following)
        recency = np.maximum(catalogue.fresh[followed], np.float32(_LEAST_FOLLOWING))
        following[row, followed] = FOLLOWING * recency
        if account.interests:
            liked = sum(weight > 0 for _, weight, _ in account.history)
            weight = INTERESTS * _INTERESTS_HALVED_BY / (_INTERESTS_HALVED_BY + liked)
            interests[row, catalogue.columns_tagged(account.interests)] = weight
            interests[row, catalogue.is_of(account.interests)] = weight
        fresh[row, new] = FRESH * catalogue.fresh[new] * fit(tastes[row], new, catalogue)
    found = {**parts, "following": following, "interests": interests, "fresh": fresh}
    return _weighed(found, accounts)


def fit(tastes: Tastes, columns: NDArray[np.intp], catalogue: Catalogue) -> NDArray[np.float32]:
    """Return how much what is new counts for the account by its category, in (0, 1]."""
    share = tastes.category_share[catalogue.category[columns]]
    return np.float32(_FOR_ALL) + np.float32(1.0 - _FOR_ALL) * share


def _weighed(parts: dict[str, Scores], accounts: Sequence[Account]) -> dict[str, Scores]:
    chosen = {name for account in accounts for name in account.weights if name in parts}
    for name in chosen:
        shares = [account.weights.get(name, 1.0) for account in accounts]
        parts[name] = parts[name] * np.array(shares, dtype=np.float32)[:, None]
    return parts
