"""Posts shown in slates, as the learned ranker sees each: one row of features a showing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.positions import positions_in

# What may come of a showing, in the order of every array of outcomes.
OUTCOMES = ("watch", "like", "comment", "share", "skip", "report")
# A rate is moved towards the rate of all posts as if it had been shown so often before.
_PRIOR = 20.0
# Weight from which an account did more than look: one like (analytics' table of signals).
_LIKED = 3.0
# The model's name, and what its part of a score is called in slates: no source's word.
RANKER = "ranker"
# Features that name the source of a contribution begin so.
FROM = "from "
# What the sources gave the post together.
SCORE = "score"
# Known of the past alone; nothing at serving corresponds to it.
POSITION = "position"

Vector = NDArray[np.float64]


@dataclass(slots=True)
class Tallies:
    """How often posts were shown and what came of it, up to one moment.

    Attributes
    ----------
    post_ids, author_ids : ndarray of int64, shapes (n_posts,) and (n_authors,)
        Ascending.
    posts, authors : ndarray of float64, shapes (n_posts, 7) and (n_authors, 7)
        Showings, then the OUTCOMES.
    """

    post_ids: NDArray[np.int64]
    author_ids: NDArray[np.int64]
    posts: NDArray[np.float64]
    authors: NDArray[np.float64]

    @classmethod
    def empty(cls, post_ids: NDArray[np.int64], author_ids: NDArray[np.int64]) -> Tallies:
        """Return tallies of nothing, for these ascending ids."""
        width = 1 + len(OUTCOMES)
        posts, authors = np.zeros((len(post_ids), width)), np.zeros((len(author_ids), width))
        return cls(post_ids, author_ids, posts, authors)

    def add(
        self, posts: NDArray[np.int64], authors: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> None:
        """Count events, one an element; column 0 is a showing. All ids must be known."""
        np.add.at(self.posts, (positions_in(self.post_ids, posts)[0], columns), 1.0)
        np.add.at(self.authors, (positions_in(self.author_ids, authors)[0], columns), 1.0)

    def usual(self) -> Vector:
        """Return the rate of every outcome over all posts."""
        whole = self.posts.sum(axis=0)
        rates: Vector = whole[1:] / max(whole[0], 1.0)
        return rates

    def describe(
        self, posts: NDArray[np.int64], authors: NDArray[np.int64], usual: Vector
    ) -> dict[str, Vector]:
        """Return features of posts and their authors, each of shape (n,).

        How often each was shown, as log(1 + n), and the rate of every outcome, moved towards the
        `usual` one; the unknown have that.
        """
        found: dict[str, Vector] = {}
        for name, ids, counts, wanted in (
            ("post", self.post_ids, self.posts, posts),
            ("author", self.author_ids, self.authors, authors),
        ):
            place, known = positions_in(ids, wanted)
            none = np.zeros((1, counts.shape[1]))
            rows = np.concatenate([counts, none])[np.where(known, place, len(counts))]
            found[f"{name} shown"] = np.log1p(rows[:, 0])
            rates = (rows[:, 1:] + _PRIOR * usual) / (rows[:, :1] + _PRIOR)
            for column, outcome in enumerate(OUTCOMES):
                found[f"{name} {outcome} rate"] = rates[:, column]
        return found


@dataclass(slots=True)
class Past:
    """What one account made of posts, authors and categories before a moment."""

    by_post: dict[int, float] = field(default_factory=dict)
    by_author: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    by_category: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    liked: int = 0
    disliked: int = 0

    def add(self, post_id: int, author_id: int, category: str, weight: float) -> None:
        """Take in an act, or the sum of all acts with a post."""
        before = self.by_post.get(post_id)
        after = (before or 0.0) + weight
        self.by_post[post_id] = after
        self.by_author[author_id] += weight
        self.by_category[category] += weight
        if before is not None:
            self.liked -= before >= _LIKED
            self.disliked -= before <= 0
        self.liked += after >= _LIKED
        self.disliked += after <= 0

    def describe(self, authors: Sequence[int], categories: Sequence[str]) -> dict[str, Vector]:
        """Return features of the account and of what it made of each post's author and category."""
        met = max(len(self.by_post), 1)
        most = max(self.by_category.values(), default=0.0)
        towards = np.array([self.by_author.get(one, 0.0) for one in authors])
        share = np.array([self.by_category.get(one, 0.0) for one in categories])
        ones = np.ones(len(authors))
        return {
            "posts met": ones * np.log1p(len(self.by_post)),
            "share liked": ones * (self.liked / met),
            "share disliked": ones * (self.disliked / met),
            "made of author": np.sign(towards) * np.log1p(np.abs(towards)),
            "made of category": np.clip(share / max(most, 1.0), -1.0, 1.0),
        }


def moment_describe(
    seconds: float, published: NDArray[np.float64], is_reel: NDArray[np.bool_]
) -> dict[str, Vector]:
    """Return features of the moment and of each post as of then."""
    day = 86_400.0
    angle = 2.0 * np.pi * (seconds % day) / day
    ones = np.ones(len(published))
    return {
        "hour sine": ones * np.sin(angle),
        "hour cosine": ones * np.cos(angle),
        "is weekend": ones * float((seconds // day + 3) % 7 >= 5),
        "age in days": np.log1p(np.maximum(seconds - published, 0.0) / day),
        "is reel": is_reel.astype(np.float64),
    }


def rows_of(
    names: Sequence[str], columns: Mapping[str, NDArray[np.floating]], count: int
) -> NDArray[np.float64]:
    """Return the named columns side by side, shape (count, n_names); 0 where one is missing."""
    rows = np.zeros((count, len(names)))
    for place, name in enumerate(names):
        if name in columns:
            rows[:, place] = columns[name]
    return rows


@dataclass(frozen=True, slots=True)
class Shown:
    """Showings with their features and what came of them, in order of the slates' moments.

    Attributes
    ----------
    names : tuple of str
        What the columns of `rows` are.
    rows : ndarray of float64, shape (n, n_features)
        As known when the slate was made.
    outcomes : ndarray of bool, shape (n, 6)
        OUTCOMES that followed.
    slate, account, position : ndarray of int64, shape (n,)
        Position counts from 0, the top.
    order : ndarray of float64, shape (n,)
        The order of its slate that is to be bettered, the greatest first.
    at : ndarray of float64, shape (n,)
        Seconds since 1970 when it was seen.
    tallies : Tallies
        As of the end: what a model that learned all this serves with.
    """

    names: tuple[str, ...]
    rows: NDArray[np.float64]
    outcomes: NDArray[np.bool_]
    slate: NDArray[np.int64]
    account: NDArray[np.int64]
    position: NDArray[np.int64]
    order: NDArray[np.float64]
    at: NDArray[np.float64]
    tallies: Tallies

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, keep: NDArray[np.bool_]) -> Shown:
        """Return the showings for which `keep` is true."""
        return replace(
            self,
            rows=self.rows[keep],
            outcomes=self.outcomes[keep],
            slate=self.slate[keep],
            account=self.account[keep],
            position=self.position[keep],
            order=self.order[keep],
            at=self.at[keep],
        )

    def rows_for(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return the columns a model was fitted to, 0 where they are unknown here."""
        columns = dict(zip(self.names, self.rows.T, strict=True))
        return rows_of(names, columns, len(self))
