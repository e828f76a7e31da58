"""Judge churn probabilities on any table."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from mlengine.datasets.tabular import read_labelled_table
from mlengine.estimators.logistic import CalibratedLogistic
from mlengine.estimators.tables import TableEncoder
from mlengine.metrics.calibration import average_precision, brier, calibration_error, roc_auc

# Isotonic calibration wants this many rows; Platt's two numbers do with fewer.
_ISOTONIC_FROM = 5_000


def evaluate(*, train: Path, test: Path, label: str) -> dict[str, Any]:
    """Return how well churn of the test's rows is foretold; `baseline` says train's share to all.

    :raises DatasetError: if a file cannot be read; it names file, line and column.
    :raises TooLittleData: if train has fewer than five rows of a class or no column of use.
    """
    known = read_labelled_table(train, label=label)
    asked = read_labelled_table(test, label=label)
    started = time.perf_counter()
    encoder = TableEncoder().fit(known.columns)
    calibration = "isotonic" if len(known) >= _ISOTONIC_FROM else "platt"
    model = CalibratedLogistic(calibration=calibration).fit(
        encoder.transform(known.columns), known.labels, names=encoder.names_
    )
    fit_seconds = time.perf_counter() - started
    said = model.predict(encoder.transform(asked.columns))
    share = np.full(len(asked), known.labels.mean())
    weights = dict(zip(model.names_, model.coefficients_.tolist(), strict=True))
    strongest = sorted(weights, key=lambda name: -abs(weights[name]))[:10]
    return {
        "train_rows": len(known),
        "rows": len(asked),
        "churned": round(float(asked.labels.mean()), 6),
        **_figures(asked.labels, said),
        "baseline": _figures(asked.labels, share),
        "calibration": calibration,
        "features": len(model.names_),
        "strongest": {name: round(weights[name], 4) for name in strongest},
        "fit_seconds": round(fit_seconds, 3),
    }


def _figures(labels: np.ndarray, said: np.ndarray) -> dict[str, float | None]:
    area, precision = roc_auc(labels, said), average_precision(labels, said)
    return {
        # JSON has no nan: with one class in the test there is no order to judge.
        "roc_auc": None if np.isnan(area) else round(area, 6),
        "average_precision": None if np.isnan(precision) else round(precision, 6),
        "brier": round(brier(labels, said), 6),
        "calibration_error": round(calibration_error(labels, said), 6),
    }
