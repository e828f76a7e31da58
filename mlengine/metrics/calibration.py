"""How good probabilities are: their order, and whether they mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def roc_auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the chance that a positive scores above a negative, ties counting half.

    nan if only one class is present. Mann and Whitney (1947), doi:10.1214/aoms/1177730491.

    >>> roc_auc([0, 1, 1, 0], [0.1, 0.8, 0.3, 0.3])
    0.875
    """
    is_positive = np.asarray(labels, dtype=bool)
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if not positives or not negatives:
        return float("nan")
    rank = mean_ranks(np.asarray(scores, dtype=np.float64))
    above = rank[is_positive].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the mean of the precision at each positive, highest score first; ties share one.

    nan if there is no positive.

    >>> round(average_precision([0, 1, 1, 0], [0.1, 0.8, 0.3, 0.3]), 4)
    0.8333
    """
    truth = np.asarray(labels, dtype=np.float64)
    value = np.asarray(scores, dtype=np.float64)
    if not truth.sum():
        return float("nan")
    order = np.argsort(-value, kind="stable")
    truth, value = truth[order], value[order]
    last_of_tie = np.flatnonzero(np.r_[np.diff(value) != 0, True])
    found = np.cumsum(truth)[last_of_tie]
    precision = found / (last_of_tie + 1)
    return float((precision * np.diff(np.r_[0.0, found])).sum() / truth.sum())


def brier(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean squared distance of probability and outcome, 0 best.

    Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.

    >>> brier([1, 0], [0.5, 0.5])
    0.25
    """
    difference = np.asarray(labels, dtype=np.float64) - np.asarray(probabilities, dtype=np.float64)
    return float((difference**2).mean())


def calibration_error(labels: ArrayLike, probabilities: ArrayLike, *, bins: int = 10) -> float:
    """Return the mean gap of said and seen frequency over `bins` equal ranges of probability.

    Each range counts by the predictions in it. Naeini et al. (2015), PMID 25927013.

    >>> round(calibration_error([1, 0, 1, 1], [0.75, 0.75, 0.75, 0.75]), 6)
    0.0
    """
    truth = np.asarray(labels, dtype=np.float64)
    said = np.asarray(probabilities, dtype=np.float64)
    which = np.minimum((said * bins).astype(np.int64), bins - 1)
    gap = np.bincount(which, truth, minlength=bins) - np.bincount(which, said, minlength=bins)
    return float(np.abs(gap).sum() / len(truth))


def mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each value's rank from 1, equal values sharing the mean of theirs.

    >>> mean_ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, inverse, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: NDArray[np.float64] = ((last - count + 1 + last) / 2)[inverse]
    return ranks
