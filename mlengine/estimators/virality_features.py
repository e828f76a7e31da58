"""A young post as its forecast reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from mlengine.datasets.early import Early
from mlengine.estimators.outlook import TARGETS, Draft, Outlook
from mlengine.estimators.virality import FEATURES, Vector

_DAY = 86_400.0
# Posts' worth of doubt: of an author with so many earlier posts half is believed.
PRIOR_POSTS = 3.0


def virality_rows(
    early: Early, *, expected: Vector, author: Vector, usual: Vector, published: Vector
) -> Vector:
    """Return FEATURES of each post at each age, shape (n_posts, n_ages, n_features).

    `expected` and `author` are log(1 + views), shape (n_posts,); `usual` is that of the author's
    earlier posts, shape (n_posts, n_ages); `published` are seconds since 1970.
    """
    ages = early.views.shape[1]
    hour = 2 * np.pi * (published % _DAY) / _DAY
    columns = {
        "expected": _spread(expected, ages),
        "author": _spread(author, ages),
        "views": np.log1p(early.views),
        "usual": usual,
        "engagements": np.log1p(early.engagements),
        "recent": np.log1p(early.recent),
        "hour_sin": _spread(np.sin(hour), ages),
        "hour_cos": _spread(np.cos(hour), ages),
    }
    return np.stack([columns[name] for name in FEATURES], axis=-1)


def usual_before(authors: Sequence[Hashable], views: Vector) -> Vector:
    """Return the mean log views of each author's earlier posts, drawn towards that of anybody's.

    Posts are in order of publication; `views`, shape (n_posts, n_ages), and what is returned are
    by age.
    """
    log = np.log1p(views)
    # Of the posts before each, as nobody knows the later ones; of the first, nought.
    before = np.vstack([np.zeros_like(log[:1]), log.cumsum(axis=0)[:-1]])
    overall = before / np.maximum(np.arange(len(log)), 1)[:, None]
    total: defaultdict[Hashable, Vector] = defaultdict(lambda: np.zeros(log.shape[1]))
    count: defaultdict[Hashable, float] = defaultdict(float)
    found = np.empty_like(log)
    for place, name in enumerate(authors):
        found[place] = usual_of(total[name], count[name], overall[place])
        total[name] = total[name] + log[place]
        count[name] += 1.0
    return found


def usual_of(total: Vector, count: float, overall: Vector) -> Vector:
    """Return (sum + prior x mean of all) / (n + prior).

    >>> usual_of(np.array([6.0]), 3.0, np.array([0.0])).tolist()
    [1.0]
    """
    found: Vector = (total + PRIOR_POSTS * overall) / (count + PRIOR_POSTS)
    return found


def drafts_expected(outlook: Outlook, drafts: Sequence[Draft]) -> tuple[Vector, Vector]:
    """Return the drafts' expected views and their authors' usual ones, as log(1 + views)."""
    promised = [one["views"]["expected"] for one in outlook.predict(drafts)]
    levels = [outlook.means["author"].of(str(one.author_id), outlook.overall) for one in drafts]
    return np.log1p(np.array(promised)), np.array(levels)[:, TARGETS.index("views")]


def unknown_drafts(count: int) -> tuple[Vector, Vector]:
    """Return what stands for `drafts_expected` where no outlook is at hand: nan."""
    return np.full(count, np.nan), np.full(count, np.nan)


def _spread(values: Vector, ages: int) -> Vector:
    return np.repeat(values[:, None], ages, axis=1)
