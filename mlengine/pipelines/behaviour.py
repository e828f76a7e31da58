"""How much each account will engage in the coming week, and the risk that it will not come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from analytics.selectors.behaviour import HIGH_FROM
from mlengine.datasets.acts import DAY, FEATURES, Acts, features, leaks, outcomes, rhythm
from mlengine.errors import LeakingFeature, TooLittleData
from mlengine.estimators.behaviour import BehaviourModel
from mlengine.estimators.forest import CompiledForest
from mlengine.estimators.logistic import CalibratedLogistic
from mlengine.metrics.calibration import average_precision, brier, calibration_error, roc_auc
from mlengine.pipelines.acts import acts_sampled
from mlengine.pipelines.base import Judged, Pipeline, Split
from mlengine.pipelines.rivals import boosting_judged, buy_till_die_judged

HORIZON_DAYS = 7
# Weeks before the held-out one whose outcomes are learned from, each with what was known then.
_WEEKS = 4
# A first week must lie before the earliest moment that is learned from.
_HISTORY_DAYS = 7
FEWEST_ACCOUNTS = 50
_TREES = 100
# Rows a tree grows from: no less sure (docs/models/behaviour.md), in half the time.
_ROWS_TRIED = 0.3
# The features tell much the same: a firm penalty shares the weight among them, so that what is
# named as a driver does drive, and costs no accuracy (docs/models/behaviour.md).
_L2 = 100.0
# A risk from which on somebody is said to go, where a yes or a no is judged.
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Weeks:
    """Accounts as of some moments, and what they did in the week after.

    `rows` has shape (n, n_features), `classes` and `is_gone` shape (n,), `rhythm` (n, 3). An
    account stands in it once for each moment before which it had acted within four weeks.
    """

    rows: NDArray[np.float64]
    classes: NDArray[np.int64]
    is_gone: NDArray[np.bool_]
    rhythm: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)


class Behaviour(Pipeline):
    """Random forest for High, Medium or Low; calibrated logistic regression for churn.

    Features are of a moment, outcomes of the seven days after it. Training reads moments whose
    week is over before the held-out moment, so nothing later leaks in.
    """

    name = "behaviour"
    measure = "mean of macro F1 (class) and ROC AUC (churn)"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[Weeks]:
        acts, newest = acts_sampled(until=until)
        end = newest.timestamp()
        cut = end - HORIZON_DAYS * DAY
        if unseen_since is not None and cut < unseen_since.timestamp():
            raise TooLittleData(
                "To judge a forecast of seven days takes seven days since the live version learned."
            )
        oldest = float(acts.at.min())
        weeks = int(min(_WEEKS, (cut - oldest) / DAY // HORIZON_DAYS - 1))
        if weeks < 1:
            needed = 2 * HORIZON_DAYS + _HISTORY_DAYS
            raise TooLittleData(
                f"The log spans {(end - oldest) / DAY:.0f} days; {needed} are needed."
            )
        leaking = leaks(features, acts, cut)
        if leaking:
            names = ", ".join(FEATURES[place] for place in leaking)
            raise LeakingFeature(f"Features tell of what came after their moment: {names}.")
        moments = [cut - HORIZON_DAYS * DAY * back for back in range(weeks, 0, -1)]
        train, held_out = _weeks(acts, moments), _weeks(acts, [cut])
        if min(len(train), len(held_out)) < FEWEST_ACCOUNTS:
            raise TooLittleData(
                f"{len(held_out)} accounts acted in the four weeks before the last;"
                f" {FEWEST_ACCOUNTS} are needed."
            )
        if held_out.is_gone.all() or not held_out.is_gone.any():
            raise TooLittleData("In the last week all accounts stayed, or all were gone.")
        return Split(
            train, held_out, _weeks(acts, [*moments, cut]), datetime.fromtimestamp(cut, UTC), newest
        )

    def fit(self, data: Weeks) -> BehaviourModel:
        if len(np.unique(data.classes)) < len(_PLACES):
            raise TooLittleData("Accounts of all three engagement classes are needed.")
        forest = RandomForestClassifier(
            _TREES,
            max_depth=10,
            min_samples_leaf=10,
            max_samples=_ROWS_TRIED,
            random_state=0,
            n_jobs=1,
        ).fit(data.rows, data.classes)
        churn = CalibratedLogistic(l2=_L2).fit(data.rows, data.is_gone, names=FEATURES)
        return BehaviourModel(classes=CompiledForest.compile(forest), churn=churn)

    def evaluate(self, model: BehaviourModel, split: Split[Weeks]) -> Judged:
        held_out = split.held_out
        risk = model.churn_risk(held_out.rows)
        classes = model.class_probabilities(held_out.rows).argmax(axis=1)
        calibration = {
            **_found(held_out.is_gone, risk >= _LIKELY),
            "churn_brier": brier(held_out.is_gone, risk),
            "churn_calibration_error": calibration_error(held_out.is_gone, risk),
        }
        return _judged(held_out, classes, risk, calibration)

    def baseline(self, split: Split[Weeks]) -> Judged:
        """Next week as the last one; the longer silent, the sooner gone.

        Beside it stands what boosted trees and BG/NBD make of who goes.
        """
        rows = split.held_out.rows
        last_week = np.expm1(rows[:, FEATURES.index("engagements_last_week")])
        silence = rows[:, FEATURES.index("days_since_last_act")]
        train, held_out = split.train, split.held_out
        rivals = {
            **boosting_judged(train.rows, train.is_gone, held_out.rows, held_out.is_gone),
            **buy_till_die_judged(held_out.rhythm, held_out.is_gone, days=HORIZON_DAYS),
        }
        return _judged(held_out, _classes(np.rint(last_week)), silence, rivals)

    def restore(self, file: BinaryIO) -> BehaviourModel:
        return BehaviourModel.load(file)


_PLACES = (0, 1, 2)


def _weeks(acts: Acts, moments: list[float]) -> Weeks:
    rows, classes, is_gone, rhythms = [], [], [], []
    for moment in moments:
        ids, matrix = features(acts, moment)
        later = outcomes(acts, ids, moment, HORIZON_DAYS)
        rows.append(matrix)
        classes.append(_classes(later[:, 1]))
        is_gone.append(later[:, 0] == 0)
        rhythms.append(rhythm(acts, ids, moment))
    return Weeks(
        np.concatenate(rows),
        np.concatenate(classes),
        np.concatenate(is_gone),
        np.concatenate(rhythms),
    )


def _classes(engagements: NDArray[np.integer[Any] | np.floating[Any]]) -> NDArray[np.int64]:
    """Return 2 (High) from HIGH_FROM engagements a week, 1 (Medium) from one, else 0 (Low)."""
    return np.asarray(np.digitize(engagements, [1, HIGH_FROM]), dtype=np.int64)


def _judged(
    held_out: Weeks,
    classes: NDArray[np.int64],
    risk: NDArray[np.float64],
    more: dict[str, float],
) -> Judged:
    macro_f1 = _macro(f1_score, held_out.classes, classes)
    auc = roc_auc(held_out.is_gone, risk)
    metrics = {
        "class_macro_f1": macro_f1,
        "class_macro_precision": _macro(precision_score, held_out.classes, classes),
        "class_macro_recall": _macro(recall_score, held_out.classes, classes),
        "class_accuracy": float(accuracy_score(held_out.classes, classes)),
        "churn_roc_auc": auc,
        "churn_average_precision": average_precision(held_out.is_gone, risk),
        "churn_share": float(held_out.is_gone.mean()),
        "accounts": float(len(held_out)),
        **more,
    }
    return Judged((macro_f1 + auc) / 2, metrics)


def _macro(score: Callable[..., Any], truth: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    return float(score(truth, said, average="macro", zero_division=0.0))


def _found(is_gone: NDArray[np.bool_], said: NDArray[np.bool_]) -> dict[str, float]:
    scores = {"precision": precision_score, "recall": recall_score, "f1": f1_score}
    return {
        f"churn_{name}": float(score(is_gone, said, zero_division=0.0))
        for name, score in scores.items()
    }
