"""Groups of accounts that behave alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.acts import FEATURES, features
from mlengine.errors import TooLittleData
from mlengine.estimators.segments import Segments
from mlengine.pipelines.acts import acts_sampled
from mlengine.pipelines.base import Judged, Pipeline, Split

FEWEST_ACCOUNTS = 50
# Two groups say only who does much and who does little, which the class says already.
_FEWEST_GROUPS = 3
_WEEK = timedelta(days=7)

# Recency, frequency and what the time goes to; not the week's counts, which only echo the month's.
TRAITS = (
    "days_since_last_act",
    "acts_last_month",
    "active_days_last_month",
    "engagements_last_month",
    "posts_last_month",
    "skip_share",
    "mean_watch_seconds",
    "reel_share",
    "night_share",
    "weekend_share",
)
# Of how many acts the others are shares or means.
_COUNTED_BY = "acts_last_month"
_SHARES = ("skip_share", "mean_watch_seconds", "reel_share", "night_share", "weekend_share")
COLUMNS = [FEATURES.index(name) for name in TRAITS]


@dataclass(frozen=True, slots=True)
class Behaviours:
    """TRAITS of accounts as of one moment, shape (n, n_traits)."""

    rows: NDArray[np.float64]


class AccountSegments(Pipeline):
    """K-means over behaviour, the number of groups chosen by silhouette and stability.

    Judged on the same accounts a week later: how much of their variance the groups of the week
    before explain. One group for all, the baseline, explains nothing.
    """

    name = "segments"
    measure = "explained variance"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[Behaviours]:
        acts, newest = acts_sampled(until=until)
        cut = newest - _WEEK
        if unseen_since is not None and cut < unseen_since:
            raise TooLittleData("A week must pass before groups are formed and judged anew.")
        _, before = features(acts, cut.timestamp())
        # A second later, so that the newest act itself counts.
        _, now = features(acts, newest.timestamp() + 1)
        if min(len(before), len(now)) < FEWEST_ACCOUNTS:
            raise TooLittleData(
                f"{min(len(before), len(now))} accounts acted in four weeks;"
                f" {FEWEST_ACCOUNTS} are needed."
            )
        whole = Behaviours(now[:, COLUMNS])
        return Split(Behaviours(before[:, COLUMNS]), whole, whole, cut, newest)

    def fit(self, data: Behaviours) -> Segments:
        return _fitted(data, fewest=_FEWEST_GROUPS)

    def refit(self, model: Segments, data: Behaviours) -> Segments:
        """Learn as many groups anew; where they do not hold a week later, keep those that were."""
        count = len(model.sizes_)
        again = _fitted(data, fewest=count, most=count)
        return again if len(again.sizes_) == count else model

    def evaluate(self, model: Segments, split: Split[Behaviours]) -> Judged:
        rows = model.standardised(split.held_out.rows)
        group = model.predict(split.held_out.rows)
        within = float(((rows - _means(rows, group)) ** 2).sum())
        around = float(((rows - rows.mean(axis=0)) ** 2).sum())
        explained = 1.0 - within / around if around else 0.0
        return Judged(
            explained,
            {
                "groups": float(len(model.sizes_)),
                "silhouette_when_fitted": model.silhouette_,
                "stability_when_fitted": float(np.average(model.stability_, weights=model.sizes_)),
                "least_stability_when_fitted": float(model.stability_.min()),
            },
        )

    def baseline(self, split: Split[Behaviours]) -> Judged:
        return Judged(0.0, {"groups": 1.0})

    def restore(self, file: BinaryIO) -> Segments:
        return Segments.load(file)


def _fitted(data: Behaviours, **limits: int) -> Segments:
    segments = Segments(counted_by=_COUNTED_BY, shares=_SHARES, **limits)
    return segments.fit(data.rows, names=TRAITS)


def _means(rows: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for each row the mean of its group."""
    count = np.maximum(np.bincount(group), 1)[:, None]
    sums = np.stack([np.bincount(group, column) for column in rows.T], axis=1)
    means: NDArray[np.float64] = (sums / count)[group]
    return means
