"""Judge who comes back, from timed events, against BG/NBD and boosted trees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.ensemble import HistGradientBoostingClassifier

from mlengine.datasets.tables import moment_of
from mlengine.datasets.visits import FEATURES, Visits, read_visits
from mlengine.errors import DatasetError
from mlengine.estimators.buy_till_die import BuyTillDie
from mlengine.estimators.logistic import CalibratedLogistic
from mlengine.metrics.calibration import brier, calibration_error, roc_auc

_DAY = 86_400.0
_SURE = 1e-6
# The features overlap, as those of an account's coming week do; see docs/models/behaviour.md.
_L2 = 100.0
NAMES = (*FEATURES, "bg_nbd_log_odds", "bg_nbd_expected")

Vector = NDArray[np.float64]


def evaluate(
    *, data: Path, account: str, time: str, at: str, days: int, value: str | None = None
) -> dict[str, Any]:
    """Return how well an act in the `days` from `at` on is foretold from the events before it.

    The model and the trees learn who returns from everybody as of `days` before `at`: what they
    are told of the days after that was known at `at`. What BG/NBD says, from all events before,
    is one of their features, and how many return in all. BG/NBD alone is judged by its
    probability of an act, by the number it expects, and by the chance of not having left, which
    is often taken for retention.

    :raises DatasetError: if the file cannot be read; it names file, line and column.
    :raises TooLittleData: if either outcome is too rare to learn from.
    """
    if days < 1:
        raise DatasetError("--days: one day or more is foretold.")
    try:
        day = moment_of(at) // _DAY
    except ValueError as error:
        raise DatasetError(f"--at: not a moment ({error}).") from error
    visits = read_visits(data, account=account, time=time, value=value)
    rows, _ = _seen(visits, day=day - days, days=days)
    returned = visits.came(day - days, day)
    asked, counts = _seen(visits, day=day, days=days)
    truth = visits.came(day, day + days).astype(np.float64)
    model = CalibratedLogistic(l2=_L2).fit(rows, returned, names=NAMES)
    trees = HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=40, random_state=0
    ).fit(rows, returned)
    # How many return changes with the season and the age of the crowd, of which the past of
    # each account says nothing: the share is BG/NBD's, who is who is the model's.
    share = float(counts["returns"].mean())
    return {
        "trained": len(rows),
        "accounts": len(truth),
        "returned": round(float(truth.mean()), 6),
        **_figures(truth, _with_share(model.predict(asked), share)),
        "trees": _figures(truth, _with_share(trees.predict_proba(asked)[:, 1], share)),
        "bg_nbd": {
            **_figures(truth, counts["returns"]),
            "roc_auc_expected": round(roc_auc(truth, counts["expected"]), 6),
            "roc_auc_alive": round(roc_auc(truth, counts["alive"]), 6),
        },
    }


def _seen(visits: Visits, *, day: float, days: int) -> tuple[Vector, dict[str, Vector]]:
    """Return the accounts' NAMES as of a day, and what BG/NBD says of the `days` to come."""
    known = visits.before(day)
    rhythm = known.rhythm(day)
    counts = BuyTillDie().fit(*rhythm)
    said = {
        "returns": counts.returns(*rhythm, within=days),
        "expected": counts.expected(*rhythm, within=days),
        "alive": counts.alive(*rhythm),
    }
    odds = logit(np.clip(said["returns"], _SURE, 1.0 - _SURE))
    rows = [known.features(day), odds, np.log(np.maximum(said["expected"], _SURE))]
    return np.column_stack(rows), said


def _with_share(said: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the probabilities with their log-odds moved so that they average `share`."""
    odds = logit(np.clip(said, _SURE, 1.0 - _SURE))
    aim = min(max(share, _SURE), 1.0 - _SURE)
    moved: NDArray[np.float64] = expit(
        odds + brentq(lambda shift: float(expit(odds + shift).mean()) - aim, -40.0, 40.0)
    )
    return moved


def _figures(truth: NDArray[np.float64], said: NDArray[np.float64]) -> dict[str, float]:
    return {
        "roc_auc": round(roc_auc(truth, said), 6),
        "brier": round(brier(truth, said), 6),
        "calibration_error": round(calibration_error(truth, said), 6),
    }
