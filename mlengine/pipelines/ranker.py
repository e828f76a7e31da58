"""The order of what is shown, learned from what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from mlengine.datasets.shown import OUTCOMES, RANKER, Shown
from mlengine.errors import TooLittleData
from mlengine.estimators.outcome_fitting import ranker_fit
from mlengine.estimators.outcome_ranker import OutcomeRanker
from mlengine.metrics.calibration import calibration_error, roc_auc
from mlengine.metrics.ranking import graded_ndcg
from mlengine.pipelines.base import Judged, Pipeline, Split
from mlengine.pipelines.served import WINDOW
from mlengine.pipelines.showings import showings_read

# The newest days are held out, but never more than this share of the showings.
HELD_OUT = timedelta(days=7)
LARGEST_SHARE = 0.3
# Fewer would make the comparison a coin toss.
LEAST_PEOPLE = 20
LEAST_SHOWINGS = 2_000

Vector = NDArray[np.float64]


class Ranker(Pipeline):
    """A boosting an outcome; judged by the order it gives to what later slates showed.

    The order in which those slates were served is the baseline; where a ranker had ordered them,
    what the sources gave. Both are judged on what was seen alone, where the served order has the
    advantage of having been looked at from the top.
    """

    name = RANKER
    measure = "ndcg of outcomes' worth"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[Shown]:
        whole = showings_read(until=until)
        if len(whole) < LEAST_SHOWINGS:
            raise TooLittleData(
                f"The log holds {len(whole)} showings of stored slates;"
                f" {LEAST_SHOWINGS} are needed."
            )
        newest = float(whole.at.max())
        cut = max(
            newest - HELD_OUT.total_seconds(),
            float(np.quantile(whole.at, 1.0 - LARGEST_SHARE)),
            unseen_since.timestamp() if unseen_since else 0.0,
        )
        held_out = whole.where(whole.at > cut)
        # At the cut nobody knew yet what would come of the last half hour.
        train = whole.where(whole.at <= cut - WINDOW.total_seconds())
        people = len({int(held_out.account[rows[0]]) for rows in _slates(held_out)[0]})
        if not len(train) or people < LEAST_PEOPLE:
            since = "since the live version learned" if unseen_since else "in the newest days"
            raise TooLittleData(
                f"{people} accounts met posts that they took differently {since}; it takes"
                f" {LEAST_PEOPLE} to compare orders."
            )
        return Split(train, held_out, whole, _moment(cut), _moment(newest))

    def fit(self, data: Shown) -> OutcomeRanker:
        return ranker_fit(data)

    def evaluate(self, model: OutcomeRanker, split: Split[Shown]) -> Judged:
        held_out = split.held_out
        rows = held_out.rows_for(model.names)
        found = model.probabilities(rows)
        metrics: dict[str, float] = {"showings": len(held_out)}
        for column, name in enumerate(model.outcomes):
            happened = held_out.outcomes[:, OUTCOMES.index(name)]
            if happened.any() and not happened.all():
                metrics[f"{name}_auc"] = roc_auc(happened, found[:, column])
                metrics[f"{name}_calibration_error"] = calibration_error(happened, found[:, column])
        return _judged(held_out, model.values(rows, settings.SOCIALML_OUTCOME_WEIGHTS), metrics)

    def baseline(self, split: Split[Shown]) -> Judged:
        return _judged(split.held_out, split.held_out.order, {})

    def restore(self, file: BinaryIO) -> OutcomeRanker:
        return OutcomeRanker.load(file)


def _judged(shown: Shown, scores: Vector, metrics: dict[str, float]) -> Judged:
    slates, worth = _slates(shown)
    each = np.array([graded_ndcg(worth[rows], scores[rows]) for rows in slates])
    account = np.array([shown.account[rows[0]] for rows in slates])
    # An account with many slates is one person.
    _, place = np.unique(account, return_inverse=True)
    units = np.bincount(place, each) / np.bincount(place)
    return Judged(float(units.mean()), {**metrics, "people": float(len(units))}, units)


def _slates(shown: Shown) -> tuple[list[NDArray[np.intp]], Vector]:
    """Return the rows of each slate that an order can be right or wrong about, and all worths."""
    weights = settings.SOCIALML_OUTCOME_WEIGHTS
    each = np.array([weights.get(name, 0.0) for name in OUTCOMES])
    worth = np.maximum(shown.outcomes @ each, 0.0)
    order = np.argsort(shown.slate, kind="stable")
    ends = np.flatnonzero(np.diff(shown.slate[order])) + 1
    slates = [rows for rows in np.split(order, ends) if len(rows) and np.ptp(worth[rows]) > 0]
    return slates, worth


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
