"""One account's coming week: how much it will engage, and whether it will come at all."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.forest import CompiledForest
from mlengine.estimators.logistic import CalibratedLogistic

# Ascending; a class's place is its number.
CLASSES = ("Low", "Medium", "High")


class BehaviourModel:
    """A forest for the engagement class and a calibrated logistic regression for churn.

    Parameters
    ----------
    classes : CompiledForest
        Three outputs: the probabilities of CLASSES.
    churn : CalibratedLogistic
        The probability of no act at all; its feature names are those of both.
    """

    kind = "behaviour"

    def __init__(self, *, classes: CompiledForest, churn: CalibratedLogistic) -> None:
        self.classes = classes
        self.churn = churn

    def class_probabilities(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Return the probabilities of CLASSES, shape (n_rows, 3)."""
        return self.classes.predict(self._own(rows))

    def class_effects(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Return what each feature adds to the expected class against an average account.

        Shape (n_rows, n_features); a step from Low to Medium, or on to High, is 1.
        """
        return self.classes.contributions(self._own(rows), range(len(CLASSES)))

    def churn_risk(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of no act in the coming week, shape (n_rows,)."""
        return self.churn.predict(self._own(rows))

    def churn_effects(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Return what each feature adds to the log-odds against an average account.

        Shape (n_rows, n_features); above 0 raises the risk.
        """
        effects: NDArray[np.float64] = (self._own(rows) - self.churn.mean_) / self.churn.scale_
        return effects * self.churn.coefficients_

    def _own(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Return the features it learned from; newer ones stand behind them."""
        return np.atleast_2d(np.asarray(rows, dtype=np.float64))[:, : len(self.churn.names_)]

    def save(self, file: BinaryIO) -> None:
        """Write as .npz: arrays only, so loading can run no code."""
        arrays = {"classes": _bytes_of(self.classes), "churn": _bytes_of(self.churn)}
        arrays_save(file, kind=self.kind, settings={}, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        _, arrays = arrays_load(file, kind=cls.kind)
        try:
            classes = CompiledForest.load(BytesIO(arrays["classes"].tobytes()))
            churn = CalibratedLogistic.load(BytesIO(arrays["churn"].tobytes()))
        except KeyError as error:
            raise ArtifactError(f"The stored model lacks {error}.") from error
        expect(classes.value.shape[1] == len(CLASSES), "the forest knows three classes")
        expect(classes.feature_count == len(churn.names_), "both read the same features")
        return cls(classes=classes, churn=churn)


def _bytes_of(model: CompiledForest | CalibratedLogistic) -> NDArray[np.uint8]:
    file = BytesIO()
    model.save(file)
    return np.frombuffer(file.getvalue(), dtype=np.uint8)
