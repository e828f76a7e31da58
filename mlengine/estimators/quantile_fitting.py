"""Fitting of quantile forecasts. Needs scikit-learn, so it runs in the worker alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.ensemble import GradientBoostingRegressor

from mlengine.errors import TooLittleData
from mlengine.estimators.forest import CompiledForest
from mlengine.estimators.quantiles import QuantileForecast

LEAST_ROWS = 50
# Runs of neighbouring rows, each foretold by forests fitted on the others. Runs, not random
# rows: what comes next differs from what was, and the misses should show by how much.
RUNS = 5
# Misses are noisier than what is missed, so the forest of their size is smaller.
_SCALE_TREES, _SCALE_DEPTH = 50, 2
# From this many rows on a split chooses among some features alone: trees that differ more
# average better, in half the time. Of few rows a split needs all of them.
_MANY_ROWS, _FEATURES_TRIED = 1_000, 0.3
# Of the mean miss: no row is surer than that.
_LEAST_SCALE = 0.1
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Unseen:
    """What forests that had not seen a row say of it, as log(1 + count), shape (n_rows,).

    `middle` and `scale` are of forests fitted on the other runs; `ahead` is the middle of those
    fitted on the earlier runs alone, nan in the first.
    """

    middle: NDArray[np.float64]
    scale: NDArray[np.float64]
    ahead: NDArray[np.float64]


def forecast_fit(
    rows: ArrayLike,
    counts: ArrayLike,
    *,
    trees: int = 150,
    depth: int = _DEPTH,
    seed: int = 0,
    levels: ArrayLike = 0.0,
    importance: ArrayLike | None = None,
    missed: float = 0.1,
) -> QuantileForecast:
    """Return a forecast learned from rows in order of time, shape (n_rows, n_features).

    The factors of the interval come from forests that did not see the row, half of them fitted
    on all others and half on earlier ones alone; the forests that
    are kept are fitted on everything. `levels` are taken off log(1 + count) before anything is
    learned; rows of more `importance` count for more, in the trees and in the interval, which lets
    out `missed` of them.

    :raises TooLittleData: if there are fewer than 50 rows.
    """
    x, y = _read(rows, counts)
    y = y - np.asarray(levels, dtype=np.float64)
    weight = np.ones(len(x)) if importance is None else np.asarray(importance, dtype=np.float64)
    return _fitted(x, y, weight, trees, depth, seed, missed)[0]


def forecast_fit_unseen(
    rows: ArrayLike, counts: ArrayLike, *, trees: int, missed: float = 0.1
) -> tuple[QuantileForecast, Unseen]:
    """Return what `forecast_fit` does, and what was foretold of each row by what had not seen it.

    :raises TooLittleData: if there are fewer than 50 rows.
    """
    x, y = _read(rows, counts)
    return _fitted(x, y, np.ones(len(x)), trees, _DEPTH, 0, missed)


def middle_fit(
    rows: NDArray[np.float64],
    logs: NDArray[np.float64],
    *,
    trees: int,
    depth: int = _DEPTH,
    seed: int = 0,
) -> CompiledForest:
    """Return the forest of the middle alone, learned from log(1 + count), shape (n_rows,)."""
    x = np.asarray(rows, dtype=np.float32)
    return _boosted(x, logs, np.ones(len(x)), trees, depth, seed)


def runs_of(count: int) -> NDArray[np.int64]:
    """Return the run of neighbours that each of so many rows in order of time belongs to."""
    return np.arange(count) * RUNS // count


def conformal(
    ratio: NDArray[np.float64], weight: NDArray[np.float64], missed: float
) -> tuple[float, float]:
    """Return the ends that all but `missed` of the ratios, and one more to come, stay within.

    Weighted as by Barber et al. (2023), doi:10.1214/23-AOS2276: the one to come weighs as much
    as the heaviest.
    """
    order = np.argsort(ratio)
    ordered, mass = ratio[order], weight[order]
    total, last = mass.sum() + mass.max(), len(ratio) - 1
    aim = total * (1 - missed / 2) * (1 - 1e-12)
    high = min(int(np.searchsorted(np.cumsum(mass), aim)), last)
    low = min(int(np.searchsorted(np.cumsum(mass[::-1]), aim)), last)
    return float(ordered[last - low]), float(ordered[high])


def _read(rows: ArrayLike, counts: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    x = np.asarray(rows, dtype=np.float32)
    if len(x) < LEAST_ROWS:
        raise TooLittleData(f"A forecast needs at least {LEAST_ROWS} posts with outcomes.")
    return x, np.log1p(np.asarray(counts, dtype=np.float64))


def _fitted(
    x: NDArray[np.float32],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    trees: int,
    depth: int,
    seed: int,
    missed: float,
) -> tuple[QuantileForecast, Unseen]:
    middle = _unseen(x, y, weight, trees, depth, seed)
    miss = y - middle
    size = np.abs(miss)
    least = max(_LEAST_SCALE * float(size.mean()), 1e-6)
    scale = np.maximum(_unseen(x, size, weight, _SCALE_TREES, _SCALE_DEPTH, seed), least)
    # What comes is foretold from before alone, and differs more than what lies between.
    ahead = _unseen(x, y, weight, trees, depth, seed, is_ahead=True)
    known = np.isfinite(ahead)
    low, high = conformal(
        np.r_[miss / scale, (y - ahead)[known] / scale[known]],
        np.r_[weight, weight[known]],
        missed,
    )
    forecast = QuantileForecast(
        middle=_boosted(x, y, weight, trees, depth, seed),
        scale=_boosted(x, size, weight, _SCALE_TREES, _SCALE_DEPTH, seed),
        least_scale=least,
        low_miss=low,
        high_miss=high,
        sample=len(x),
    )
    return forecast, Unseen(middle, scale, ahead)


def _unseen(
    x: NDArray[np.float32],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    trees: int,
    depth: int,
    seed: int,
    *,
    is_ahead: bool = False,
) -> NDArray[np.float64]:
    """Return what forests fitted on the other runs of rows say of each row.

    With `is_ahead` they are fitted on the earlier runs alone, and the first run is nan.
    """
    run = runs_of(len(x))
    said = np.full(len(x), np.nan)
    for part in range(1 if is_ahead else 0, RUNS):
        away = run == part
        known = run < part if is_ahead else ~away
        forest = _boosted(x[known], y[known], weight[known], trees, depth, seed)
        said[away] = forest.predict(x[away])[:, 0]
    return said


def _boosted(
    x: NDArray[np.float32],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    trees: int,
    depth: int,
    seed: int,
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
    return CompiledForest.compile(model.fit(x, y, sample_weight=weight))
