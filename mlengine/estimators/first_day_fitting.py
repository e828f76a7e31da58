"""Fitting of what has come after a day. Beside the forests of the week it costs next to nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.first_day import FirstDay
from mlengine.estimators.quantile_fitting import RUNS, Unseen, conformal, runs_of


def first_day_fit(unseen: Unseen, counts: NDArray[np.float64], *, missed: float = 0.1) -> FirstDay:
    """Learn from what was foretold of the week and the counts after a day, shape (n_rows,).

    The factors come from rows that the line had not seen either: each run of neighbours is
    judged by a line through the others, and by one through the earlier alone.
    """
    logs = np.log1p(counts)
    run = runs_of(len(logs))
    between, ahead = np.full((2, len(logs)), np.nan)
    for part in range(RUNS):
        away, earlier = run == part, run < part
        start, slope = _line(unseen.middle[~away], logs[~away])
        between[away] = start + slope * unseen.middle[away]
        if part:
            start, slope = _line(unseen.middle[earlier], logs[earlier])
            ahead[away] = start + slope * unseen.ahead[away]
    known = np.isfinite(ahead)
    ratio = np.r_[
        (logs - between) / unseen.scale, (logs[known] - ahead[known]) / unseen.scale[known]
    ]
    start, slope = _line(unseen.middle, logs)
    return FirstDay(start, slope, *conformal(ratio, np.ones(len(ratio)), missed))


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Return start and slope of the line of least squares; one that falls is made level.

    >>> _line(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.5, 2.0]))
    (1.0, 0.5)
    >>> _line(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    (0.5, 0.0)
    """
    apart = x - x.mean()
    square = float(apart @ apart)
    slope = max(float(apart @ y) / square, 0.0) if square > 0 else 0.0
    return float(y.mean() - slope * x.mean()), slope
