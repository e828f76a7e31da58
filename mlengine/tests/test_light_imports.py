"""Predicting loads no library that only fitting needs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PREDICTORS = [
    "mlengine.estimators",
    "mlengine.estimators.forest",
    "mlengine.estimators.logistic",
    "mlengine.estimators.segments",
    "mlengine.estimators.bursts",
    "mlengine.estimators.quantiles",
    "mlengine.estimators.post_forecast",
    "mlengine.datasets",
    "mlengine.metrics",
]


def test_no_predictor_loads_what_only_fitting_or_serving_needs():
    heavy = {"sklearn", "pandas", "django", "celery", "torch"}
    program = f"import {', '.join(PREDICTORS)}, sys; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.strip() == "[]"
