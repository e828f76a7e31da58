"""Fitting of virality: which rival serves each age, and how far it is missed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlengine.errors import TooLittleData
from mlengine.estimators.virality import (
    FEATURES,
    RIVALS,
    Stage,
    Vector,
    Virality,
    viral_from,
)
from mlengine.metrics.forecasting import crps
from mlengine.metrics.intervals import mean_interval

LEAST_POSTS = 60
# Of the posts, the later ones: they say what the misses are and which rival missed least.
_LATER_SHARE = 0.4
# Penalty of the squared coefficients of standardised features, in posts.
_RIDGE = 5.0
# Enough to tell one in a thousand.
_MISSES_KEPT = 1_000
_LEAST_SIZE = 0.05


def virality_fit(
    rows: Vector,
    so_far: Vector,
    final: Vector,
    *,
    ages_hours: Sequence[float],
    rivals: Sequence[Sequence[str]] | None = None,
) -> Virality:
    """Learn from posts in order of publication.

    Parameters
    ----------
    rows : ndarray of float64, shape (n_posts, n_ages, n_features)
        FEATURES of each post at each age.
    so_far : ndarray of float64, shape (n_posts, n_ages)
        Views at each age.
    final : ndarray of float64, shape (n_posts,)
        Views at the end.
    rivals : sequence of sequence of str, optional
        Keys of RIVALS to try at each age, from the simplest; all by default. Each learns its line
        from the earlier posts. On the later ones that which misses least (by CRPS) is chosen, the
        last only where it misses less by more than chance (95 % paired interval).

    :raises TooLittleData: if there are fewer than 60 posts.
    """
    if len(rows) < LEAST_POSTS:
        raise TooLittleData(f"{len(rows)} posts came of age; virality needs {LEAST_POSTS}.")
    threshold = viral_from(final)
    cut = round(len(rows) * (1 - _LATER_SHARE))
    log = np.log1p(final)
    stages = []
    for age, names in enumerate(rivals or [tuple(RIVALS)] * len(ages_hours)):
        tried = [_stage(rival, rows[:, age], log, cut) for rival in names]
        models = [Virality(stages=[one], ages_hours=[0], viral_from=threshold) for one in tried]
        missed = [
            crps(log[cut:], one.draws(0, rows[cut:, age], views=so_far[cut:, age]))
            for one in models
        ]
        stages.append(tried[_chosen(missed)])
    return Virality(stages=stages, ages_hours=ages_hours, viral_from=threshold)


def _chosen(missed: Sequence[Vector]) -> int:
    """Return which missed least; the last one only if that is hardly chance."""
    last = len(missed) - 1
    if not last:
        return 0
    best = min(range(last), key=lambda place: float(missed[place].mean()))
    return last if mean_interval(missed[best] - missed[last]).low > 0 else best


def _stage(rival: str, rows: Vector, log: Vector, cut: int) -> Stage:
    """Learn the line from the rows before the cut and the misses from those after it."""
    mean, deviation = rows[:cut].mean(axis=0), rows[:cut].std(axis=0)
    scale = np.where(deviation > 0, deviation, 1.0)
    read = np.array([name in RIVALS[rival] for name in FEATURES])
    x = ((rows[:cut] - mean) / scale)[:, read]
    intercept = log[:cut].mean()
    penalty = _RIDGE * np.eye(x.shape[1])
    coefficients = np.zeros(len(FEATURES))
    coefficients[read] = np.linalg.solve(x.T @ x + penalty, x.T @ (log[:cut] - intercept))
    line = x @ coefficients[read] + intercept
    bare = Stage(
        rival, mean, scale, coefficients, np.array(intercept), _spread(line, log[:cut]), np.zeros(1)
    )
    later, size = bare.line(rows[cut:])
    misses = np.sort((log[cut:] - later) / size)
    if len(misses) > _MISSES_KEPT:
        misses = np.quantile(misses, np.linspace(0.0, 1.0, _MISSES_KEPT))
    return Stage(rival, mean, scale, coefficients, np.array(intercept), bare.spread, misses)


def _spread(line: Vector, log: Vector) -> Vector:
    """Return the least size of a miss, and what each log view forecast adds to it, if it does."""
    size = np.abs(log - line)
    centred = line - line.mean()
    slope = max(float(centred @ size) / max(float(centred @ centred), 1e-9), 0.0)
    least = max(float(size.mean()) - slope * float(line.mean()), _LEAST_SIZE)
    return np.array([least, slope])
