"""Fit the mixture of two text models on texts that neither learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mlengine.datasets.text_sources import TextTask
from mlengine.estimators.text import squashed
from mlengine.estimators.text_mixture import Mixture
from mlengine.estimators.text_training import balanced

Floats = NDArray[np.float64]

# Few texts tune a task, so shares keep close to half of each model.
_PENALTY = 0.002
_HALF = 0.5
# Where a label may be given from. Each place counts with its neighbours: few texts tune.
_GRID = np.arange(0.5, 0.801, 0.025)
_NEIGHBOURS = 2
_TINY = 1e-6
# Sources with fewer texts of either answer do not say where.
_ENOUGH = 20


def fit_mixture(
    task: TextTask,
    chosen: NDArray[np.bool_],
    of_ngrams: Floats,
    of_encoder: Floats,
    *,
    exclusive: bool,
    lean: float = 0.0,
    most_false_alarms: float | None = None,
) -> Mixture:
    """Weigh the models by the `chosen` texts of the task, whose logits are given in that order.

    Every answer weighs the same in the fit. Labels that exclude each other share their shares, and
    lean towards the common ones: 0 not at all, 1 as far as they are common. Others are given from
    where the mean macro-F1 over the sources is best, a half or more. With `most_false_alarms`, that
    is where no larger share of any source's negatives reaches.
    """
    targets = task.targets[chosen].astype(np.float64)
    sources = np.array(task.sources)[chosen]
    weights = balanced(targets, sources, classes=exclusive)
    if exclusive:
        shares, shift = _fit_jointly(of_ngrams, of_encoder, targets, weights[:, 0])
        shift = shift + lean * np.log(targets.mean(axis=0))
        thresholds = np.full(len(task.labels), 1 / len(task.labels))
    else:
        columns = [
            _fit_apart(of_ngrams[:, c], of_encoder[:, c], targets[:, c], weights[:, c])
            for c in range(len(task.labels))
        ]
        shares = np.column_stack([column[:2] for column in columns])
        shift = np.array([column[2] for column in columns])
        logits = shares[0] * of_ngrams + shares[1] * of_encoder + shift
        chances = squashed(logits, exclusive=False)
        thresholds = np.array(
            [
                _threshold(chances[:, c], targets[:, c], sources, most_false_alarms)
                for c in range(len(shift))
            ]
        )
    return Mixture(
        task.labels,
        exclusive,
        shares.astype(np.float32),
        shift.astype(np.float32),
        thresholds.astype(np.float32),
    )


def _fit_jointly(
    of_ngrams: Floats, of_encoder: Floats, targets: Floats, weights: Floats
) -> tuple[Floats, Floats]:
    labels = targets.shape[1]
    truth = targets.argmax(axis=1)

    def loss(values: Floats) -> float:
        logits = values[0] * of_ngrams + values[1] * of_encoder + values[2:]
        chances = squashed(logits, exclusive=True)[np.arange(len(truth)), truth]
        return float(-(weights * np.log(chances + 1e-12)).mean()) + _penalty(values)

    found = minimize(loss, np.concatenate([[0.5, 0.5], np.zeros(labels)]), method="L-BFGS-B").x
    return np.repeat(found[:2, None], labels, axis=1), found[2:]


def _fit_apart(of_ngrams: Floats, of_encoder: Floats, target: Floats, weight: Floats) -> Floats:
    known = ~np.isnan(target)
    ngrams, encoder, truth, weight = (
        values[known] for values in (of_ngrams, of_encoder, target, weight)
    )

    def loss(values: Floats) -> float:
        chances = squashed(values[0] * ngrams + values[1] * encoder + values[2], exclusive=False)
        told = np.where(truth > 0, chances, 1 - chances)
        return float(-(weight * np.log(told + 1e-12)).mean()) + _penalty(values)

    found: Floats = minimize(loss, np.array([0.5, 0.5, 0.0]), method="L-BFGS-B").x
    return found


def _threshold(
    chances: Floats, target: Floats, sources: NDArray[np.str_], most_false_alarms: float | None
) -> float:
    parts = [(chances[sources == one], target[sources == one]) for one in np.unique(sources)]
    if most_false_alarms is not None:
        return _above_negatives(chances[target == 1], parts, most_false_alarms)
    found = [
        np.array([_macro_f1(told >= place, truth) for place in _GRID])
        for told, truth in parts
        if min(np.count_nonzero(truth == answer) for answer in (0, 1)) >= _ENOUGH
    ]
    if not found:
        return _HALF
    padded = np.pad(np.mean(found, axis=0), _NEIGHBOURS, "edge")
    width = 2 * _NEIGHBOURS + 1
    return float(_GRID[np.convolve(padded, np.ones(width) / width, "valid").argmax()])


def _above_negatives(
    positives: Floats, parts: list[tuple[Floats, Floats]], most_false_alarms: float
) -> float:
    """Return the middle between the last negative that may alarm no more and the next positive."""
    limits = [
        np.quantile(told[truth == 0], 1 - most_false_alarms, method="higher")
        for told, truth in parts
        if np.count_nonzero(truth == 0) >= _ENOUGH
    ]
    limit = max([_HALF, *limits])
    next_positive = positives[positives > limit].min(initial=1.0)
    # Of the odds, so that it is in the middle near 1 as well.
    odds = [one / max(1 - one, _TINY) for one in (limit, next_positive)]
    middle = float(np.sqrt(odds[0] * odds[1]))
    return middle / (1 + middle)


def _macro_f1(said: NDArray[np.bool_], truth: Floats) -> float:
    hits, left = (said & (truth == 1)).sum(), (~said & (truth == 0)).sum()
    wrong = (said & (truth == 0)).sum() + (~said & (truth == 1)).sum()
    return float(hits / (2 * hits + wrong) + left / (2 * left + wrong))


def _penalty(values: Floats) -> float:
    return _PENALTY * float(((values[:2] - 0.5) ** 2).sum() + (values[2:] ** 2).sum())
