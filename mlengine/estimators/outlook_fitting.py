"""Fitting of outlooks. Needs scikit-learn, so it runs in the worker alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import TooLittleData
from mlengine.estimators.first_day_fitting import first_day_fit
from mlengine.estimators.outlook import (
    HORIZON_DAYS,
    TARGETS,
    Draft,
    Means,
    Outlook,
    features,
)
from mlengine.estimators.quantile_fitting import LEAST_ROWS, forecast_fit_unseen, middle_fit

# Enough to place a draft to a thousandth.
_LIKES_KEPT = 1_000
# Enough for a mean over them to stand still, in a few milliseconds.
_USUAL_KEPT = 100
_TREES = 60
_HORIZON = timedelta(days=HORIZON_DAYS)
# Each foretold by one forest.
_RUNS = 4
_VIEWS = TARGETS.index("views")


def outlook_fit(
    drafts: Sequence[Draft],
    outcomes: NDArray[np.float64],
    first_day: NDArray[np.float64],
) -> Outlook:
    """Learn from posts in order of publication and their counts, shape (n_posts, n_targets).

    `outcomes` are those after seven days, `first_day` those after one.

    What an author's, a category's or a hashtag's posts did counts for posts published after
    their seven days alone, as it will when a draft is judged.

    :raises TooLittleData: if there are fewer than 50 posts.
    """
    if len(drafts) < 2:
        raise TooLittleData("An engagement forecast needs posts with outcomes.")
    logs = np.log1p(outcomes)
    overall = logs.mean(axis=0)
    table, _, means = _table(drafts, logs, overall)
    likes = np.sort(outcomes[:, TARGETS.index("likes")])
    if len(likes) > _LIKES_KEPT:
        likes = np.quantile(likes, np.linspace(0.0, 1.0, _LIKES_KEPT), method="lower")
    fitted = {
        name: forecast_fit_unseen(table, outcomes[:, column], trees=_TREES)
        for column, name in enumerate(TARGETS)
    }
    outlook = Outlook(
        forecasts={name: forecast for name, (forecast, _) in fitted.items()},
        means=means,
        overall=overall,
        likes=likes.astype(np.float64),
        homes=_homes(drafts),
        first_day={
            name: first_day_fit(fitted[name][1], first_day[:, column])
            for column, name in enumerate(TARGETS)
        },
    )
    # Evenly over time, each as it would be judged now.
    kept = np.linspace(0, len(drafts) - 1, min(_USUAL_KEPT, len(drafts))).astype(int)
    outlook.usual = outlook.rows([drafts[place] for place in kept.tolist()])
    return outlook


def views_ahead(
    drafts: Sequence[Draft], outcomes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each post's views were to be expected before it came out, and its author's level.

    Both are log(1 + views), shape (n_posts,). Posts fall into four runs of neighbours; each run is
    foretold by forests fitted on the posts that had come of age when its first came out, and
    is nan where those were fewer than 50.
    """
    logs = np.log1p(outcomes)
    expected, author = np.full((2, len(drafts)), np.nan)
    for run in np.array_split(np.arange(len(drafts)), _RUNS):
        start = drafts[run[0]].publish_at
        known = sum(draft.publish_at + _HORIZON <= start for draft in drafts)
        if known >= LEAST_ROWS:
            end = run[-1] + 1
            table, levels, _ = _table(drafts[:end], logs[:end], logs[:known].mean(axis=0))
            forest = middle_fit(table[:known], logs[:known, _VIEWS], trees=_TREES)
            expected[run] = np.maximum(forest.predict(table[run])[:, 0], 0.0)
            author[run] = levels[run]
    return expected, author


def _table(
    drafts: Sequence[Draft], logs: NDArray[np.float64], overall: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], dict[str, Means]]:
    """Return the drafts as forests read them, each by what had come of age before it.

    Then their authors' mean log views by then, and what is known in the end.
    """
    means = {name: Means() for name in Outlook.tables}
    rows, levels, known = [], [], 0
    for draft in drafts:
        while drafts[known].publish_at + _HORIZON <= draft.publish_at:
            _means_add(means, drafts[known], logs[known])
            known += 1
        rows.append(features(draft, means, overall))
        levels.append(means["author"].of(str(draft.author_id), overall)[_VIEWS])
    for earlier, log in zip(drafts[known:], logs[known:], strict=True):
        _means_add(means, earlier, log)
    return np.array(rows), np.array(levels), means


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
