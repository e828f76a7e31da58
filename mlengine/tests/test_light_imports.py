"""Predicting loads no library that only fitting needs."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]

PREDICTORS = [
    "mlengine.estimators",
    "mlengine.estimators.forest",
    "mlengine.estimators.logistic",
    "mlengine.estimators.segments",
    "mlengine.estimators.bursts",
    "mlengine.estimators.burst_series",
    "mlengine.estimators.quantiles",
    "mlengine.estimators.outlook_drivers",
    "mlengine.estimators.post_forecast",
    "mlengine.estimators.virality_features",
    "mlengine.estimators.virality_fitting",
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


def test_a_web_process_loads_neither_the_encoder_nor_what_only_training_needs():
    heavy = {"sklearn", "pandas", "onnxruntime", "torch"}
    program = (
        "import django, sys; django.setup(); import socialml.urls;"
        " from mlengine.inference import text_insights; text_insights('hello');"
        f" print(sorted({heavy} & set(sys.modules)))"
    )

    assert _printed(program) == "[]"


def test_linear_algebra_keeps_to_one_thread_where_nobody_says_otherwise():
    program = (
        "import django; django.setup(); import mlengine.evaluation.recommender, threadpoolctl;"
        " print({pool['num_threads'] for pool in threadpoolctl.threadpool_info()})"
    )
    environment = {n: v for n, v in os.environ.items() if not n.endswith("_NUM_THREADS")}

    assert _printed(program, environment) == "{1}"


def test_a_web_process_does_not_load_what_follows_the_log_for_bursts():
    program = (
        "import django, sys; django.setup(); import socialml.urls;"
        " print([name for name in sys.modules if 'burst_series' in name or 'sketch' in name])"
    )

    assert _printed(program) == "[]"


def _printed(program: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return what a process of its own prints that runs this program."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "socialml.settings"},
    )
    return done.stdout.strip()
