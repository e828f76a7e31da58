"""Fit the linear text models. Needs scikit-learn, so nothing that serves imports it."""

from __future__ import annotations

import zlib
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from mlengine.datasets.text_sources import TextTask
from mlengine.errors import TooLittleData
from mlengine.estimators.text import LinearText
from mlengine.estimators.text_features import REFERENCES, features, normalise, tokens

# 2**18 rows: 2**20 gave no more on held-out tweets and four times the size.
TABLE_BITS = 18
# Strength of the logistic regression on top of the log-count ratios; chosen on held-out tweets.
_INVERSE_PENALTY = 1.0
# Pseudo-count of every feature in the ratios; values are about 0.06, so this is one occurrence.
_SMOOTHING = 0.05
_FOLDS = 5
# With this many texts one fold calibrates as well as all of them, in a third of the time.
_PLENTY = 20_000
_TUNES_OF = 20
# Weights smaller than this share of the largest cannot change a label; zeros compress away.
_PRUNED_BELOW = 1e-3

Matrix: TypeAlias = sparse.csr_matrix
Floats: TypeAlias = NDArray[np.float64]


def fit_text(
    task: TextTask,
    *,
    exclusive: bool,
    most_false_alarms: float | None = None,
    bits: int = TABLE_BITS,
) -> LinearText:
    """Learn a model from the texts of the task that are not held out.

    Calibration and thresholds come from folds of the same texts. Thresholds give the best
    macro-F1, or, with `most_false_alarms`, alarm at no more than that share of the negatives.
    The table has 2**bits rows.

    :raises TooLittleData: if a label has fewer examples than folds.
    """
    kept = to_learn_from(task)
    texts = [text for text, keep in zip(task.texts, kept, strict=True) if keep]
    matrix = hashed(texts, bits=bits)
    targets = task.targets[kept].astype(np.float64)
    weights = balanced(targets, np.array(task.sources)[kept], classes=exclusive)

    # Labels that exclude each other are calibrated together, so they share their folds.
    strata = targets.argmax(axis=1)[:, None].repeat(len(task.labels), 1) if exclusive else targets
    columns = [
        _fit_column(matrix, target, weight, stratum)
        for target, weight, stratum in zip(targets.T, weights.T, strata.T, strict=True)
    ]
    coefficients = np.column_stack([c.coefficients for c in columns])
    scores = np.column_stack([c.out_of_fold for c in columns])
    bias = np.array([c.bias for c in columns])
    if exclusive:
        turn, shift = _calibrate_jointly(scores, targets.argmax(axis=1), weights[:, 0])
        thresholds = np.full(len(task.labels), 1 / len(task.labels))
    else:
        turn, shift = _calibrate_apart(scores, targets, weights)
        chances = 1 / (1 + np.exp(-(scores * turn.diagonal() + shift)))
        thresholds = np.array(
            [
                _threshold(chances[:, c], targets[:, c], weights[:, c], most_false_alarms)
                for c in range(len(task.labels))
            ]
        )
    table = coefficients @ turn
    table[np.abs(table) < _PRUNED_BELOW * np.abs(table).max(axis=0)] = 0
    return LinearText(
        labels=task.labels,
        exclusive=exclusive,
        weights=table.astype(np.float16),
        bias=(bias @ turn + shift).astype(np.float32),
        thresholds=thresholds.astype(np.float32),
    )


def hashed(texts: list[str], *, bits: int) -> Matrix:
    """Return the features of the texts, float32, shape (n_texts, 2**bits)."""
    parts = [features(text) for text in texts]
    columns = np.concatenate([p.hashes for p in parts]) >> np.uint64(64 - bits)
    starts = np.cumsum([0, *(p.hashes.size for p in parts)])
    values = np.concatenate([p.values for p in parts])
    matrix = Matrix((values, columns.astype(np.int32), starts), (len(texts), 1 << bits))
    matrix.sum_duplicates()
    return matrix


def to_learn_from(task: TextTask) -> NDArray[np.bool_]:
    """Return which texts neither judge nor tune, nor say what one that does says.

    The sets overlap: the same tweet stands in two of them with other names masked, other links
    cut off, other marks around it.
    """
    said = [_words_of(text) for text in task.texts]
    is_kept_back = np.array(task.held_out) | to_tune_on(task)
    kept_back = {words for words, is_out in zip(said, is_kept_back, strict=True) if is_out}
    return np.array([words not in kept_back for words in said])


def to_tune_on(task: TextTask) -> NDArray[np.bool_]:
    """Return which texts only tell how to weigh models against each other: every twentieth."""
    hashes = [zlib.crc32(text.encode("utf-8", "surrogatepass")) for text in task.texts]
    chosen = np.array([code // _TUNES_OF % _TUNES_OF == 0 for code in hashes])
    tunes: NDArray[np.bool_] = chosen & ~np.array(task.held_out)
    return tunes


def _words_of(text: str) -> str:
    """Return the distinct words of the text, sorted, or all of it where there are none."""
    whole = normalise(text)
    words = {word for word in tokens(whole) if word[0].isalpha()} - REFERENCES - {"rt"}
    return " ".join(sorted(words)) or whole.strip()


class _Column:
    """One label's weights on the raw features, and its scores of texts it did not learn from."""

    def __init__(self, coefficients: Floats, bias: float, out_of_fold: Floats) -> None:
        self.coefficients, self.bias, self.out_of_fold = coefficients, bias, out_of_fold


def _fit_column(matrix: Matrix, target: Floats, weight: Floats, stratum: Floats) -> _Column:
    known = np.flatnonzero(~np.isnan(target))
    if min(np.count_nonzero(target[known] == value) for value in (0, 1)) < _FOLDS:
        raise TooLittleData("A label has too few examples to learn from.")
    inputs, truth, weight = matrix[known], target[known] > 0, weight[known]
    scores = np.full(len(target), np.nan)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(inputs, stratum[known])
    for learn, judge in islice(folds, 1 if len(known) > _PLENTY else _FOLDS):
        coefficients, bias = regress(inputs[learn], truth[learn], weight[learn])
        scores[known[judge]] = inputs[judge] @ coefficients + bias
    return _Column(*regress(inputs, truth, weight), scores)


def regress(inputs: Matrix, truth: NDArray[np.bool_], weight: Floats) -> tuple[Floats, float]:
    """Return weights and bias of a regression on log-count ratios (Wang and Manning 2012)."""
    for_it = (weight * truth) @ inputs + _SMOOTHING
    against = (weight * ~truth) @ inputs + _SMOOTHING
    ratio = np.log(for_it / for_it.sum()) - np.log(against / against.sum())
    scaled = (inputs @ sparse.diags(ratio)).astype(np.float32)
    # The tolerance is of the mean gradient, to which one text in thousands adds next to nothing.
    fitted = LogisticRegression(C=_INVERSE_PENALTY, max_iter=500, tol=1e-6)
    fitted.fit(scaled, truth, sample_weight=weight)
    return ratio * fitted.coef_[0], float(fitted.intercept_[0])


def balanced(targets: Floats, sources: Floats, *, classes: bool) -> Floats:
    """Weigh the texts so that, of a source, each label counts the same; they average one."""
    weights = np.zeros(targets.shape)
    for column in range(targets.shape[1]):
        groups = targets.argmax(axis=1) if classes else targets[:, column]
        known = ~np.isnan(targets[:, column])
        for source in np.unique(sources):
            mine = (sources == source) & known
            values = np.unique(groups[mine])
            for value in values:
                chosen = mine & (groups == value)
                # Root of the size: a small source must not drown in a large one.
                weights[chosen, column] = mine.sum() ** 0.5 / len(values) / chosen.sum()
        if known.any():
            weights[known, column] *= known.sum() / weights[known, column].sum()
    return weights


def _calibrate_jointly(scores: Floats, truth: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the matrix and shift that turn scores into logits of a softmax."""
    known = ~np.isnan(scores).any(axis=1)
    fitted = LogisticRegression(C=100.0, max_iter=500)
    fitted.fit(scores[known], truth[known], sample_weight=weight[known])
    if len(fitted.intercept_) > 1:
        return fitted.coef_.T, fitted.intercept_
    # Of two labels the second's logit is given alone: share it out.
    return fitted.coef_.T * [[-0.5, 0.5]], fitted.intercept_ * [-0.5, 0.5]


def _calibrate_apart(scores: Floats, targets: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the same for labels that do not exclude each other (Platt scaling)."""
    turn, shift = np.zeros((scores.shape[1],) * 2), np.zeros(scores.shape[1])
    for column in range(scores.shape[1]):
        known = ~np.isnan(scores[:, column])
        fitted = LogisticRegression(C=100.0).fit(
            scores[known, column, None],
            targets[known, column] > 0,
            sample_weight=weights[known, column],
        )
        turn[column, column], shift[column] = fitted.coef_[0, 0], fitted.intercept_[0]
    return turn, shift


def _threshold(chances: Floats, target: Floats, weight: Floats, most: float | None) -> float:
    known = ~np.isnan(chances)
    chances, truth, weight = chances[known], target[known] > 0, weight[known]
    if most is not None:
        return float(np.quantile(chances[~truth], 1 - most))
    order = np.argsort(-chances)
    hits = np.cumsum((weight * truth)[order])
    alarms = np.cumsum((weight * ~truth)[order])
    positives, negatives = hits[-1], alarms[-1]
    found = 2 * hits / (positives + hits + alarms)
    left = 2 * (negatives - alarms) / (negatives + (positives - hits) + (negatives - alarms))
    return float(chances[order][np.argmax(found + left)])
