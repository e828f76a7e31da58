"""Fitting the learned ranker: needs scikit-learn, which serving does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from mlengine.datasets.shown import OUTCOMES, Shown
from mlengine.errors import TooLittleData
from mlengine.estimators.outcome_ranker import OutcomeRanker
from mlengine.estimators.outcome_trees import MOST_LEAVES, OutcomeTrees

# Outcomes that happened, or failed to, less often cannot be told from noise.
FEWEST = 50
# The newest tenth calibrates and is not grown from.
_CALIBRATING = 0.1
# With so few of either kind a calibration would move more than it mends.
_FEWEST_CALIBRATING = 20
_TREES = 40
_LEARNING_RATE = 0.1


def ranker_fit(data: Shown) -> OutcomeRanker:
    """Fit one boosting an outcome to showings in order of time.

    :raises TooLittleData: if no outcome happened, and failed to, FEWEST times.
    """
    place = round(len(data) * (1.0 - _CALIBRATING))
    models, outcomes, calibration = [], [], []
    for column, name in enumerate(OUTCOMES):
        happened = data.outcomes[:, column]
        if min(happened[:place].sum(), (~happened[:place]).sum()) < FEWEST:
            continue
        model = _boosted().fit(data.rows[:place], happened[:place])
        models.append(model)
        outcomes.append(name)
        calibration.append(_calibrated(model, data.rows[place:], happened[place:]))
    if not models:
        raise TooLittleData(f"No outcome of a showing happened {FEWEST} times.")
    return OutcomeRanker(
        OutcomeTrees.compile(models),
        outcomes=outcomes,
        names=data.names,
        calibration=np.array(calibration),
        tallies=data.tallies,
    )


def _boosted() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=_TREES,
        learning_rate=_LEARNING_RATE,
        max_leaf_nodes=MOST_LEAVES,
        min_samples_leaf=FEWEST,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )


def _calibrated(
    model: HistGradientBoostingClassifier,
    rows: NDArray[np.float64],
    happened: NDArray[np.bool_],
) -> tuple[float, float]:
    """Return slope and intercept that make the log odds of these rows fit what happened."""
    if min(happened.sum(), (~happened).sum()) < _FEWEST_CALIBRATING:
        return 1.0, 0.0
    odds = model.decision_function(rows).reshape(-1, 1)
    line = LogisticRegression(C=1e3).fit(odds, happened)
    slope = float(line.coef_[0, 0])
    # A negative slope would turn the order round: then it is the tenth that is odd.
    return (slope, float(line.intercept_[0])) if slope > 0 else (1.0, 0.0)
