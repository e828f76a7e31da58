"""Fitting of outlooks. Needs scikit-learn, so it runs in the worker alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import TooLittleData
from mlengine.estimators.outlook import (
    HORIZON_DAYS,
    TARGETS,
    Draft,
    Means,
    Outlook,
    features,
)
from mlengine.estimators.quantile_fitting import forecast_fit

# Enough to place a draft to a thousandth.
_LIKES_KEPT = 1_000
_TREES = 60
_HORIZON = timedelta(days=HORIZON_DAYS)


def outlook_fit(drafts: Sequence[Draft], outcomes: NDArray[np.float64]) -> Outlook:
    """Learn from posts in order of publication and their counts, shape (n_posts, n_targets).

    What an author's, a category's or a hashtag's posts did counts for posts published after
    their seven days alone, as it will when a draft is judged.

    :raises TooLittleData: if there are fewer than 50 posts.
    """
    logs = np.log1p(outcomes)
    if len(drafts) < 2:
        raise TooLittleData("An engagement forecast needs posts with outcomes.")
    overall = logs.mean(axis=0)
    means = {name: Means() for name in Outlook.tables}
    rows, known = [], 0
    for draft in drafts:
        while drafts[known].publish_at + _HORIZON <= draft.publish_at:
            _means_add(means, drafts[known], logs[known])
            known += 1
        rows.append(features(draft, means, overall))
    for earlier, log in zip(drafts[known:], logs[known:], strict=True):
        _means_add(means, earlier, log)
    table = np.array(rows)
    likes = np.sort(outcomes[:, TARGETS.index("likes")])
    if len(likes) > _LIKES_KEPT:
        likes = np.quantile(likes, np.linspace(0.0, 1.0, _LIKES_KEPT), method="lower")
    return Outlook(
        forecasts={
            name: forecast_fit(table, outcomes[:, column], trees=_TREES)
            for column, name in enumerate(TARGETS)
        },
        means=means,
        overall=overall,
        likes=likes.astype(np.float64),
        homes=_homes(drafts),
    )


def _homes(drafts: Sequence[Draft]) -> dict[str, str]:
    """Return the category that each hashtag is used in most; of two, the first in the alphabet."""
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for draft in drafts:
        for name in draft.hashtags:
            uses[name][draft.category] += 1
    return {
        name: min(counts, key=lambda category: (-counts[category], category))
        for name, counts in uses.items()
    }


def _means_add(means: dict[str, Means], draft: Draft, log: NDArray[np.float64]) -> None:
    means["author"].add(str(draft.author_id), log)
    means["category"].add(draft.category, log)
    for name in draft.hashtags:
        means["hashtag"].add(name, log)
