"""Why an item is shown, in one sentence that is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.estimators import (
    ContentSimilarity,
    ItemRegression,
    Popularity,
    SequenceRegression,
    Transitions,
)
from mlengine.slates.accounts import Account
from mlengine.slates.catalogue import Catalogue

# Summed weight from which somebody did more than look: one like (analytics' table of signals).
LIKED = 3.0
# What needs no more said than which source it was.
_PLAIN = {
    Transitions.kind: "People who liked what you liked last went on to this",
    SequenceRegression.kind: "What people choose after what you liked last",
    ItemRegression.kind: "Goes with the posts you liked, taken together",
    "friends-likes": "Liked among people you follow and those they follow",
    "exploration": "We are trying this out: few have seen it yet",
}


@dataclass(frozen=True, slots=True)
class Tastes:
    """What one account's liked posts have in common.

    `liked` and `met` map a hashtag's column to how much the account made of posts that bear it:
    posts it liked, and posts it merely watched. `category_share`, shape (n_categories,), is in
    [0, 1]; 1 is the category it cares for most.
    """

    interests: frozenset[str]
    liked: dict[int, float]
    met: dict[int, float]
    liked_categories: frozenset[int]
    category_share: NDArray[np.float32]


def tastes_of(accounts: Sequence[Account], catalogue: Catalogue) -> list[Tastes]:
    """Return the accounts' tastes, from what their histories hold of the catalogue."""
    return [_tastes(account, catalogue) for account in accounts]


def reason(source: str, column: int, tastes: Tastes, catalogue: Catalogue) -> str:
    """Return the sentence for the item at `column`, proposed above all by `source`."""
    if source == "following":
        name = catalogue.usernames[int(catalogue.authors[column])]
        return f"From @{name}, whom you follow"
    if source == "friends-of-friends":
        name = catalogue.usernames[int(catalogue.authors[column])]
        return f"From @{name}, followed by somebody you follow"
    category = catalogue.categories[int(catalogue.category[column])]
    if source == "trending":
        return f"Trending in {category}" if category else "Trending now"
    if source == "fresh":
        return f"New in {category}" if category else "New here"
    if source == "interests":
        return f"Because you are interested in {_interest(column, category, tastes, catalogue)}"
    if source == Popularity.kind:
        return f"Popular in {category}" if category else "Popular here"
    if source == ContentSimilarity.kind:
        return _alike(column, category, tastes, catalogue)
    return _PLAIN.get(source, "Popular with people who liked what you liked")


def _alike(column: int, category: str, tastes: Tastes, catalogue: Catalogue) -> str:
    for known, verb in ((tastes.liked, "liked"), (tastes.met, "watched")):
        shared = [(known[tag], -tag) for tag in _tags_at(column, catalogue) if tag in known]
        if shared:
            return f"Because you {verb} posts tagged #{catalogue.tag_names[-max(shared)[1]]}"
    code = int(catalogue.category[column])
    if category and code in tastes.liked_categories:
        return f"Because you liked posts about {category}"
    return "Like posts you spent time on"


def _interest(column: int, category: str, tastes: Tastes, catalogue: Catalogue) -> str:
    for tag in _tags_at(column, catalogue):
        if catalogue.tag_names[tag] in tastes.interests:
            return f"#{catalogue.tag_names[tag]}"
    return category


def _tags_at(column: int, catalogue: Catalogue) -> list[int]:
    pointers = catalogue.tags.indptr
    found: list[int] = catalogue.tags.indices[pointers[column] : pointers[column + 1]].tolist()
    return found


def _tastes(account: Account, catalogue: Catalogue) -> Tastes:
    kept = {post_id: weight for post_id, weight, _ in account.history if weight > 0}
    columns = catalogue.columns_of(sorted(kept))
    weights = np.array([kept[pk] for pk in catalogue.ids[columns].tolist()], dtype=np.float32)
    by_category = np.bincount(
        catalogue.category[columns], weights, minlength=len(catalogue.categories)
    )
    is_liked = weights >= LIKED
    return Tastes(
        interests=frozenset(account.interests),
        liked=_by_tag(columns[is_liked], weights[is_liked], catalogue.tags),
        met=_by_tag(columns, weights, catalogue.tags),
        liked_categories=frozenset(catalogue.category[columns[is_liked]].tolist()),
        category_share=(by_category / max(by_category.max(initial=0.0), 1e-9)).astype(np.float32),
    )


def _by_tag(
    columns: NDArray[np.intp], weights: NDArray[np.float32], tags: sparse.csr_matrix
) -> dict[int, float]:
    some = tags[columns]
    each = np.repeat(weights, np.diff(some.indptr))
    names, place = np.unique(some.indices, return_inverse=True)
    return dict(zip(names.tolist(), np.bincount(place, each).tolist(), strict=True))
