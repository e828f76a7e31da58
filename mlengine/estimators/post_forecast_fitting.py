"""Fitting of post forecasts. Needs scikit-learn, so it runs in the worker alone."""

from __future__ import annotations

from collections import defaultdict, deque

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.posts import PostOutcomes
from mlengine.errors import TooLittleData
from mlengine.estimators.post_features import post_features
from mlengine.estimators.post_forecast import PAST, PostForecast
from mlengine.estimators.quantile_fitting import forecast_fit
from mlengine.estimators.word_ridge import WordRidge

_LEAST_POSTS = 50
_FOLDS = 5


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
    said = _unseen_words(posts.texts, target, seed)
    rows = [
        post_features(
            text,
            past=past,
            at=None if posts.at is None else float(posts.at[i]),
            words_say=float(said[i]),
            usual=usual,
        )
        for i, (text, past) in enumerate(zip(posts.texts, earlier_outcomes(posts), strict=True))
    ]
    return PostForecast(
        words=WordRidge().fit(posts.texts, target),
        forests=forecast_fit(np.array(rows), posts.outcomes, trees=trees, seed=seed),
        usual=usual,
    )


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


def _unseen_words(texts: list[str], target: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return what a ridge fitted on the other folds expects of each text."""
    fold = np.random.default_rng(seed).permutation(len(texts)) % _FOLDS
    said = np.empty(len(texts))
    for part in range(_FOLDS):
        away, rest = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
        ridge = WordRidge().fit([texts[i] for i in rest], target[rest])
        said[away] = ridge.predict([texts[i] for i in away])
    return said
