"""Fitting of quantile forecasts. Needs scikit-learn, so it runs in the worker alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.ensemble import GradientBoostingRegressor

from mlengine.errors import TooLittleData
from mlengine.estimators.forest import CompiledForest
from mlengine.estimators.quantiles import QuantileForecast

_LEAST_ROWS = 50
# Runs of neighbouring rows, each foretold by forests fitted on the others. Runs, not random
# rows: what comes next differs from what was, and the misses should show by how much.
_RUNS = 5
_MISSED = 0.1
# Misses are noisier than what is missed, so the forest of their size is smaller.
_SCALE_TREES, _SCALE_DEPTH = 50, 2
# From this many rows on a split chooses among some features alone: trees that differ more
# average better, in half the time. Of few rows a split needs all of them.
_MANY_ROWS, _FEATURES_TRIED = 1_000, 0.3
# Of the mean miss: no row is surer than that.
_LEAST_SCALE = 0.1


def forecast_fit(
    rows: ArrayLike, counts: ArrayLike, *, trees: int = 150, depth: int = 3, seed: int = 0
) -> QuantileForecast:
    """Return a forecast learned from rows in order of time, shape (n_rows, n_features).

    The factors of the interval come from forests that did not see the row; the forests that
    are kept are fitted on everything.

    :raises TooLittleData: if there are fewer than 50 rows.
    """
    x = np.asarray(rows, dtype=np.float32)
    y = np.log1p(np.asarray(counts, dtype=np.float64))
    if len(x) < _LEAST_ROWS:
        raise TooLittleData(f"A forecast needs at least {_LEAST_ROWS} posts with outcomes.")

    miss = y - _unseen(x, y, trees, depth, seed)
    size = np.abs(miss)
    least = max(_LEAST_SCALE * float(size.mean()), 1e-6)
    scale = np.maximum(_unseen(x, size, _SCALE_TREES, _SCALE_DEPTH, seed), least)
    low, high = _conformal(miss / scale)
    return QuantileForecast(
        middle=_boosted(x, y, trees, depth, seed),
        scale=_boosted(x, size, _SCALE_TREES, _SCALE_DEPTH, seed),
        least_scale=least,
        low_miss=low,
        high_miss=high,
        sample=len(x),
    )


def _conformal(ratio: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends that nine in ten ratios, and one more to come, stay within."""
    ordered = np.sort(ratio)
    # Of n misses the ceil((n + 1) * 0.95)th smallest, and its mirror.
    rank = min(int(np.ceil((len(ordered) + 1) * (1 - _MISSED / 2))), len(ordered))
    return float(ordered[len(ordered) - rank]), float(ordered[rank - 1])


def _unseen(
    x: NDArray[np.float32], y: NDArray[np.float64], trees: int, depth: int, seed: int
) -> NDArray[np.float64]:
    """Return what forests fitted on the other runs of rows say of each row."""
    run = np.arange(len(x)) * _RUNS // len(x)
    said = np.empty(len(x))
    for part in range(_RUNS):
        away = run == part
        forest = _boosted(x[~away], y[~away], trees, depth, seed)
        said[away] = forest.predict(x[away])[:, 0]
    return said


def _boosted(
    x: NDArray[np.float32], y: NDArray[np.float64], trees: int, depth: int, seed: int
) -> CompiledForest:
    model = GradientBoostingRegressor(
        n_estimators=trees,
        max_depth=depth,
        learning_rate=0.05,
        subsample=0.7,
        max_features=_FEATURES_TRIED if len(x) >= _MANY_ROWS else None,
        min_samples_leaf=max(3, min(20, len(x) // 50)),
        random_state=seed,
    )
    return CompiledForest.compile(model.fit(x, y))
