"""What else could foretell who goes, judged on the same week: told beside the model, not served."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from mlengine.errors import TooLittleData
from mlengine.estimators.buy_till_die import BuyTillDie
from mlengine.metrics.calibration import brier, calibration_error, roc_auc


def boosting_judged(
    rows: NDArray[np.float64],
    is_gone: NDArray[np.bool_],
    held_out: NDArray[np.float64],
    truth: NDArray[np.bool_],
) -> dict[str, float]:
    """Return how well boosted trees on the same features foretell `truth`."""
    trees = HistGradientBoostingClassifier(
        max_iter=100, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=20, random_state=0
    ).fit(rows, is_gone)
    return _judged("boosting", truth, trees.predict_proba(held_out)[:, 1])


def buy_till_die_judged(
    rhythm: NDArray[np.float64], truth: NDArray[np.bool_], *, days: float
) -> dict[str, float]:
    """Return how well BG/NBD, fitted to the same accounts' past, foretells `truth`.

    `rhythm` has shape (n, 3): days of acts after the first, days to the last, days to now. Nothing
    where there are too few accounts to fit it.
    """
    repeats, last, age = rhythm.T
    try:
        model = BuyTillDie().fit(repeats, last, age)
    except TooLittleData:
        return {}
    return _judged("bg_nbd", truth, 1.0 - model.returns(repeats, last, age, within=days))


def _judged(name: str, truth: NDArray[np.bool_], risk: NDArray[np.float64]) -> dict[str, float]:
    return {
        f"{name}_churn_roc_auc": roc_auc(truth, risk),
        f"{name}_churn_brier": brier(truth, risk),
        f"{name}_churn_calibration_error": calibration_error(truth, risk),
    }
