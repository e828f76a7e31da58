"""Probabilities of yes or no, each with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlengine.errors import ArtifactError, NotFitted, TooLittleData
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect

_ROUNDS = 50
_CLOSE_ENOUGH = 1e-9
# Folds of the predictions that calibration learns from.
_FOLDS = 5
# A probability of a finite sample is never certain.
_SURE = 1e-6


class CalibratedLogistic:
    """Logistic regression on standardised features, with probabilities that can be believed.

    Coefficients minimise the log loss plus l2 / 2 times their squared length, by Newton's
    method. Calibration is learned from predictions for rows left out of the fit (five folds),
    then the fit is repeated on all rows.

    Parameters
    ----------
    l2 : float, default 1.0
        Penalty, in units of rows; keeps separable data finite.
    calibration : {"platt", "isotonic", "none"}, default "platt"
        Platt fits a slope and an offset of the log-odds; isotonic any rising step function,
        and wants thousands of rows.
    seed : int, default 0
        Draws the folds.

    Attributes
    ----------
    names_ : list of str, length n_features
    mean_, scale_, coefficients_ : ndarray of float64, shape (n_features,)
        A missing value (nan) is taken as the mean; a constant feature has scale 1.
    intercept_ : float
    curve_ : ndarray of float64, shape (2, n_points)
        Calibration: log-odds and the log-odds they mean, both rising; lines between.

    References
    ----------
    Platt (1999), in Advances in Large Margin Classifiers; isotonic as in Zadrozny and Elkan
    (2002), doi:10.1145/775047.775151.
    """

    kind = "calibrated-logistic"
    names_: list[str]
    mean_: NDArray[np.float64]
    scale_: NDArray[np.float64]
    coefficients_: NDArray[np.float64]
    intercept_: float
    curve_: NDArray[np.float64]

    def __init__(self, *, l2: float = 1.0, calibration: str = "platt", seed: int = 0) -> None:
        self.l2 = l2
        self.calibration = calibration
        self.seed = seed

    def fit(self, rows: ArrayLike, labels: ArrayLike, *, names: Sequence[str]) -> Self:
        """Learn from rows, shape (n, n_features), and labels of 0 and 1; return self.

        :raises TooLittleData: if either class has fewer than five rows.
        """
        x = np.asarray(rows, dtype=np.float64)
        y = np.asarray(labels, dtype=np.float64)
        if min(y.sum(), len(y) - y.sum()) < _FOLDS:
            raise TooLittleData("Both outcomes must have happened five times or more.")
        self.names_ = list(names)
        present = np.isfinite(x)
        count = np.maximum(present.sum(axis=0), 1)
        self.mean_ = np.where(present, x, 0.0).sum(axis=0) / count
        spread = np.where(present, x - self.mean_, 0.0)
        deviation = np.sqrt((spread**2).sum(axis=0) / count)
        self.scale_ = np.where(deviation > 0, deviation, 1.0)
        z = self._standardised(x)
        self.curve_ = self._calibrated(z, y)
        self.coefficients_, self.intercept_ = _newton(z, y, self.l2)
        return self

    def predict(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of label 1 for each row, shape (n_rows,).

        A single row of shape (n_features,) gives shape (1,). nan stands for unknown.

        :raises NotFitted: if fit was not called.
        :raises ValueError: if the number of features differs.
        """
        z = self._checked(rows)
        logit = z @ self.coefficients_ + self.intercept_
        return np.clip(_sigmoid(np.interp(logit, *self.curve_)), _SURE, 1.0 - _SURE)

    def contributions(self, row: ArrayLike) -> dict[str, float]:
        """Return what each feature adds to the log-odds against an average row, by name.

        :raises NotFitted: if fit was not called.
        :raises ValueError: if the number of features differs.
        """
        parts = self._checked(row)[0] * self.coefficients_
        return dict(zip(self.names_, parts.tolist(), strict=True))

    def save(self, file: BinaryIO) -> None:
        """Write as .npz: arrays only, so loading can run no code.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        settings = {
            "l2": self.l2,
            "calibration": self.calibration,
            "seed": self.seed,
            "names": self.names_,
        }
        arrays = {
            "mean": self.mean_,
            "scale": self.scale_,
            "coefficients": self.coefficients_,
            "intercept": np.array(self.intercept_),
            "curve": self.curve_,
        }
        arrays_save(file, kind=self.kind, settings=settings, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        try:
            names = list(settings.pop("names"))
            self = cls(**settings)
            self.mean_, self.scale_ = arrays["mean"], arrays["scale"]
            self.coefficients_, self.curve_ = arrays["coefficients"], arrays["curve"]
            self.intercept_ = float(arrays["intercept"])
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"The stored model is inconsistent: {error}.") from error
        self.names_ = names
        for array in (self.mean_, self.scale_, self.coefficients_):
            expect(array.shape == (len(names),), "each feature has its numbers")
        expect(bool((self.scale_ > 0).all()), "scales are positive")
        expect(self.curve_.ndim == 2 and self.curve_.shape[0] == 2, "the curve has two rows")
        expect(self.curve_.shape[1] > 0, "the curve has points")
        expect(bool((np.diff(self.curve_[0]) > 0).all()), "the curve ascends")
        return self

    def _standardised(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(np.isfinite(x), (x - self.mean_) / self.scale_, 0.0)

    def _checked(self, rows: ArrayLike) -> NDArray[np.float64]:
        self._require_fitted()
        x = np.atleast_2d(np.asarray(rows, dtype=np.float64))
        if x.ndim != 2 or x.shape[1] != len(self.names_):
            raise ValueError(f"Expected {len(self.names_)} features, got shape {x.shape}.")
        return self._standardised(x)

    def _require_fitted(self) -> None:
        if not hasattr(self, "coefficients_"):
            raise NotFitted("Call fit before predict.")

    def _calibrated(self, z: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        ends = np.array([-40.0, 40.0])
        if self.calibration == "none":
            return np.stack([ends, ends])
        fold = np.random.default_rng(self.seed).permutation(len(y)) % _FOLDS
        logit = np.empty(len(y))
        for part in range(_FOLDS):
            away = fold == part
            coefficients, intercept = _newton(z[~away], y[~away], self.l2)
            logit[away] = z[away] @ coefficients + intercept
        if self.calibration == "isotonic":
            return _rising(logit, y)
        # Platt's targets: a class of n rows is never wholly sure.
        positives = y.sum()
        target = np.where(y > 0, (positives + 1) / (positives + 2), 1 / (len(y) - positives + 2))
        slope, offset = _newton(logit[:, None], target, 0.0)
        # A falling slope would say the model is worse than none; it then says the mean.
        return np.stack([ends, max(float(slope[0]), 0.0) * ends + offset])


def _newton(
    z: NDArray[np.float64], y: NDArray[np.float64], l2: float
) -> tuple[NDArray[np.float64], float]:
    """Return the coefficients and intercept of least penalised log loss."""
    x = np.column_stack([z, np.ones(len(z))])
    # The intercept is not penalised, but for the touch that keeps the system solvable.
    penalty = np.r_[np.full(z.shape[1], l2), 0.0] + 1e-9
    beta = np.zeros(x.shape[1])
    loss = np.inf
    for _ in range(_ROUNDS):
        p = _sigmoid(x @ beta)
        weight = np.maximum(p * (1 - p), 1e-10)
        gradient = x.T @ (p - y) + penalty * beta
        step = np.linalg.solve((x * weight[:, None]).T @ x + np.diag(penalty), gradient)
        # A full step may overshoot where probabilities are extreme; halve it until it helps.
        for _ in range(30):
            new_loss = _penalised_loss(x, y, beta - step, penalty)
            if new_loss <= loss or not np.isfinite(loss):
                break
            step /= 2
        beta = beta - step
        if loss - new_loss < _CLOSE_ENOUGH * (1 + abs(new_loss)):
            break
        loss = new_loss
    return beta[:-1], float(beta[-1])


def _penalised_loss(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    beta: NDArray[np.float64],
    penalty: NDArray[np.float64],
) -> float:
    logit = x @ beta
    return float((np.logaddexp(0.0, logit) - y * logit).sum() + (penalty * beta**2).sum() / 2)


def _rising(logit: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rising curve nearest to the outcomes, by pooling adjacent violators."""
    order = np.argsort(logit, kind="stable")
    blocks: list[list[float]] = []  # sum of outcomes, rows, sum of log-odds
    for outcome, odds in zip(y[order].tolist(), logit[order].tolist(), strict=True):
        blocks.append([outcome, 1.0, odds])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    total, rows, odds_sum = np.array(blocks).T
    centre, first = np.unique(odds_sum / rows, return_index=True)
    # One imagined yes and no a block keep the ends away from certainty.
    share = ((total + 1) / (rows + 2))[first]
    share = np.maximum.accumulate(share)
    return np.stack([centre, np.log(share / (1 - share))])


def _sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    # float64 overflows beyond 709; the answer is 0 or 1 there anyway.
    odds: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(logit, -700.0, 700.0)))
    return odds
