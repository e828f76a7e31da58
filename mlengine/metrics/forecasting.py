"""How good forecasts of counts are: their order, their error, and their intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlengine.metrics.calibration import mean_ranks


def spearman(truth: ArrayLike, forecast: ArrayLike) -> float:
    """Return the correlation of ranks, in [-1, 1]; 0 where either side is constant.

    A constant forecast orders nothing, so it earns nothing. Spearman (1904),
    doi:10.2307/1412159.

    >>> round(spearman([1, 2, 3, 4], [1, 3, 2, 4]), 6)
    0.8
    """
    first = mean_ranks(np.asarray(truth, dtype=np.float64))
    second = mean_ranks(np.asarray(forecast, dtype=np.float64))
    if not first.std() or not second.std():
        return 0.0
    return float(
        ((first - first.mean()) * (second - second.mean())).mean() / (first.std() * second.std())
    )


def mae_log(truth: ArrayLike, forecast: ArrayLike) -> float:
    """Return the mean absolute difference of log(1 + count); 0.69 is a factor of two.

    >>> mae_log([0, 9], [0, 9])
    0.0
    """
    difference = np.log1p(np.asarray(truth, dtype=np.float64)) - np.log1p(
        np.asarray(forecast, dtype=np.float64)
    )
    return float(np.abs(difference).mean())


def crps(truth: ArrayLike, draws: ArrayLike) -> NDArray[np.float64]:
    """Return the continuous ranked probability score of each forecast, 0 best, shape (n,).

    `draws`, shape (n, n_draws), are equally likely outcomes, ascending in each row. In the unit of
    `truth`; of a single draw it is the absolute error. Gneiting and Raftery (2007),
    doi:10.1198/016214506000001437.

    >>> crps([1.0, 2.0], [[1.0, 3.0], [2.0, 2.0]]).tolist()
    [0.5, 0.0]
    """
    drawn = np.asarray(draws, dtype=np.float64)
    count = drawn.shape[1]
    missed = np.abs(drawn - np.asarray(truth, dtype=np.float64)[:, None]).mean(axis=1)
    # Half the mean distance of two draws, by their ranks.
    apart: NDArray[np.float64] = drawn @ (2 * np.arange(count) - count + 1) / count**2
    found: NDArray[np.float64] = missed - apart
    return found


def interval_coverage(truth: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Return the share of truths inside their interval, ends included.

    >>> interval_coverage([1, 5], [0, 6], [2, 7])
    0.5
    """
    value = np.asarray(truth, dtype=np.float64)
    inside = (value >= np.asarray(low)) & (value <= np.asarray(high))
    return float(inside.mean())


def interval_width(low: ArrayLike, high: ArrayLike) -> float:
    """Return the mean width in log(1 + count), so that large accounts do not decide it.

    >>> round(interval_width([0], [np.e - 1]), 6)
    1.0
    """
    width = np.log1p(np.asarray(high, dtype=np.float64)) - np.log1p(
        np.asarray(low, dtype=np.float64)
    )
    return float(width.mean())
