"""Fitting of post forecasts. Needs scikit-learn, so it runs in the worker alone."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets.posts import PostOutcomes
from mlengine.errors import TooLittleData
from mlengine.estimators.post_features import author_level, post_features
from mlengine.estimators.post_forecast import PAST, PostForecast
from mlengine.estimators.quantile_fitting import forecast_fit
from mlengine.estimators.word_ridge import WordRidge

_LEAST_POSTS = 50
_FOLDS = 5
# Share of train's posts after which one counts half: audiences change.
_HALF_LIFE = 0.4
# Pairs and parts of words are many and say the same several times.
_WORDS_L2, _PIECES = 2.0, 60_000
# Let out of a 90 % interval: posts drift further after train than within it.
_MISSED = 0.08
# Posts that earned the usual, added to those of an author.
_IMAGINED = 3

Vector = NDArray[np.float64]


def post_forecast_fit(posts: PostOutcomes, *, trees: int = 150, seed: int = 0) -> PostForecast:
    """Return a forecast learned from posts in order of time.

    Each post is seen as it was before it was published: with the author's earlier outcomes, and
    with words weighed by a ridge that did not see it.

    :raises TooLittleData: if there are fewer than 50 posts.
    """
    if len(posts) < _LEAST_POSTS:
        raise TooLittleData(f"A forecast needs at least {_LEAST_POSTS} posts with outcomes.")
    target = np.log1p(posts.outcomes)
    usual = float(np.median(target))
    pasts = earlier_outcomes(posts)
    levels = np.array([author_level(past, usual=usual) for past in pasts])
    # Half as long ago as _HALF_LIFE of train says half as much.
    importance = 0.5 ** (np.arange(len(posts), 0, -1) / (_HALF_LIFE * len(posts)))
    words, said = _words(posts, target, levels, importance, seed)
    rows = [
        post_features(
            text,
            past=past,
            at=None if posts.at is None else float(posts.at[i]),
            words_say=float(said[i]),
            usual=usual,
        )
        for i, (text, past) in enumerate(zip(posts.texts, pasts, strict=True))
    ]
    forests = forecast_fit(
        np.array(rows),
        posts.outcomes,
        trees=trees,
        seed=seed,
        levels=levels,
        importance=importance,
        missed=_MISSED,
    )
    return PostForecast(words=words, forests=forests, usual=usual)


def earlier_outcomes(posts: PostOutcomes) -> list[list[float]]:
    """Return, for each post, the author's newest outcomes before it, oldest first.

    Authors without a name have no past.
    """
    so_far: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=PAST))
    pasts = []
    for author, outcome in zip(posts.authors, posts.outcomes.tolist(), strict=True):
        pasts.append(list(so_far[author]) if author else [])
        so_far[author].append(outcome)
    return pasts


def _words(
    posts: PostOutcomes, target: Vector, levels: Vector, importance: Vector, seed: int
) -> tuple[WordRidge, Vector]:
    """Return what words add to an author's level, and what they say of each post unseen.

    A level taken from earlier outcomes also holds what those posts said. So the level that
    words are held against is smoothed from what was left when words, fitted against the first,
    had said theirs: backfitting (Buja, Hastie and Tibshirani (1989), doi:10.1214/aos/1176347115).
    """
    words = WordRidge(l2=_WORDS_L2, words=_PIECES, pieces=True)
    words.fit_vocabulary(posts.texts)
    vectors = words.vectors(posts.texts)
    left = target - _unseen(words, vectors, target - levels, importance, seed)
    target = target - _smoothed(left, posts.authors)
    said = _unseen(words, vectors, target, importance, seed)
    words.fit_weights(vectors, target, importance)
    return words, said


def _unseen(
    words: WordRidge, vectors: sparse.csr_matrix, target: Vector, importance: Vector, seed: int
) -> Vector:
    """Return what weights fitted on the other folds say of each text."""
    fold = np.random.default_rng(seed).permutation(len(target)) % _FOLDS
    said = np.empty(len(target))
    for part in range(_FOLDS):
        away, rest = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
        words.fit_weights(vectors[rest], target[rest], importance[rest])
        said[away] = words.say(vectors[away])
    return said


def _smoothed(left: Vector, authors: Sequence[str]) -> Vector:
    """Return, for each post, the mean of what was left of the author's posts around it."""
    usual = float(np.median(left))
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, author in enumerate(authors):
        places[author].append(place)
    smooth = np.full(len(left), usual)
    for author, of_author in places.items():
        if not author:
            continue
        total = np.cumsum(np.r_[0.0, left[of_author]])
        middle = np.arange(len(of_author))
        start = np.maximum(middle - PAST // 2, 0)
        end = np.minimum(middle + PAST // 2 + 1, len(of_author))
        count = end - start + _IMAGINED
        smooth[of_author] = (total[end] - total[start] + _IMAGINED * usual) / count
    return smooth
