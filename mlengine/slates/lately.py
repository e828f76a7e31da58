"""What public accounts lately published and liked, kept beside the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import F
from numpy.typing import NDArray
from scipy import sparse

from analytics.selectors.weights import Seconds
from mlengine.datasets import positions_in
from mlengine.slates.columns import FRESH_DAYS
from posts.models import Like

# The newest likes that are read, of everybody and of one account; the newest posts of an author.
LARGEST_LIKES = 50_000
LIKES_EACH = 50
POSTS_EACH = 5
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Lately:
    """Public accounts, and what each lately published and liked.

    Attributes
    ----------
    people : ndarray of int64, shape (n_people,)
        Ids of those who did anything, ascending.
    posted : csr_matrix of float32, shape (n_people, n_posts)
        How new, in (0, 1], each one's newest posts are.
    liked : csr_matrix of float32, shape (n_people, n_posts)
        1 where one liked a post of another public account.
    """

    people: NDArray[np.int64]
    posted: sparse.csr_matrix
    liked: sparse.csr_matrix


def lately_read(
    ids: NDArray[np.int64],
    authors: NDArray[np.int64],
    fresh: NDArray[np.float32],
    is_closed: NDArray[np.bool_],
    *,
    at: datetime,
) -> Lately:
    """Return what was lately published and liked of these posts. One query.

    Posts count while they are fresh, and likes for as long: judged from the newest like where
    that is long past. A like from before its giver's last reset does not count.
    """
    new = np.flatnonzero((fresh > 0) & ~is_closed)[::-1]
    new = new[_is_early(authors[new], POSTS_EACH)]
    likers, liked = _likes(ids, at)
    is_told = ~is_closed[liked] & (authors[liked] != likers)
    likers, liked = likers[is_told], liked[is_told]
    people = np.unique(np.concatenate([authors[new], likers]))
    shape = (len(people), len(ids))
    ones = np.ones(len(liked), dtype=np.float32)
    return Lately(
        people=people,
        posted=sparse.csr_matrix((fresh[new], (np.searchsorted(people, authors[new]), new)), shape),
        liked=sparse.csr_matrix((ones, (np.searchsorted(people, likers), liked)), shape),
    )


def _likes(ids: NDArray[np.int64], at: datetime) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the account and the column of each late like, the newest first."""
    likes: Any = Like.objects.filter(user__is_active=True, user__is_private=False).exclude(
        user__preferences__history_since__gt=F("liked_at")
    )
    newest = likes.order_by("-pk").values_list("user_id", "post_id", Seconds("liked_at"))
    columns = [("user", "i8"), ("post", "i8"), ("at", "f8")]
    rows = np.array(list(newest[:LARGEST_LIKES]), dtype=columns)
    until = min(at.timestamp(), rows["at"].max(initial=-np.inf))
    rows = rows[(rows["at"] >= until - FRESH_DAYS * _DAY) & (rows["at"] <= at.timestamp())]
    place, known = positions_in(ids, rows["post"])
    likers, liked = rows["user"][known], place[known]
    is_early = _is_early(likers, LIKES_EACH)
    return likers[is_early], liked[is_early]


def _is_early(names: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Return which elements are among the first `n` of their name.

    >>> _is_early(np.array([7, 7, 5, 7]), 2).tolist()
    [True, True, True, False]
    """
    order = np.argsort(names, kind="stable")
    ordered = names[order]
    rank = np.arange(len(names)) - np.searchsorted(ordered, ordered, side="left")
    is_early = np.empty(len(names), dtype=bool)
    is_early[order] = rank < n
    return is_early
