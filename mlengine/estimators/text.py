"""Linear models over the hashed n-grams of a post: one table of weights, one sum a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.text_features import TextFeatures, rows_of

_KIND = "linear-text"


@dataclass(frozen=True, slots=True, eq=False)
class LinearText:
    """Calibrated probabilities of labels from hashed n-grams.

    The weights are naive Bayes log-count ratios scaled by a logistic regression, with the
    calibration folded in, so that serving is a gather and a sum.

    Attributes
    ----------
    labels : tuple of str
        One a column.
    exclusive : bool
        True if exactly one label holds (softmax), False if each may hold (sigmoid).
    weights : float16, shape (n_buckets, n_labels)
        `n_buckets` is a power of two: the top bits of a hash are its row.
    bias : float32, shape (n_labels,)
    thresholds : float32, shape (n_labels,)
        The probability from which a label is given, where labels do not exclude each other.

    References
    ----------
    Wang and Manning, "Baselines and Bigrams", ACL 2012, https://aclanthology.org/P12-2018
    Weinberger et al., "Feature hashing", ICML 2009, doi:10.1145/1553374.1553516
    """

    labels: tuple[str, ...]
    exclusive: bool
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    def probabilities(self, features: TextFeatures) -> NDArray[np.float64]:
        """Return the probability of each label in [0, 1], shape (n_labels,)."""
        return squashed(self.logits(features), exclusive=self.exclusive)

    def logits(self, features: TextFeatures) -> NDArray[np.float64]:
        """Return what the probabilities are made of, shape (n_labels,)."""
        sums = features.values @ self.weights[rows_of(features.hashes, len(self.weights))].astype(
            np.float32
        )
        logits: NDArray[np.float64] = sums.astype(np.float64) + self.bias
        return logits

    def weights_of(self, hashes: NDArray[np.uint64], column: int) -> NDArray[np.float64]:
        """Return the weight of each feature for the label of the column, shape (n_features,)."""
        found: NDArray[np.float64] = self.weights[
            rows_of(hashes, len(self.weights)), column
        ].astype(np.float64)
        return found

    def save(self, file: BinaryIO) -> None:
        """Write the model; the same model always gives the same bytes."""
        arrays_save(
            file,
            kind=_KIND,
            settings={"labels": self.labels, "exclusive": self.exclusive},
            arrays={"weights": self.weights, "bias": self.bias, "thresholds": self.thresholds},
        )

    @classmethod
    def load(cls, file: BinaryIO) -> LinearText:
        """Read back what `save` wrote.

        :raises ArtifactError: if the file is damaged, or its arrays do not fit together.
        """
        settings, arrays = arrays_load(file, kind=_KIND)
        try:
            labels = tuple(str(label) for label in settings["labels"])
            model = cls(labels, bool(settings["exclusive"]), **arrays)
        except (KeyError, TypeError) as error:
            raise ArtifactError(f"The stored text model is incomplete: {error}.") from error
        rows, columns = (*model.weights.shape, 0, 0)[:2]
        expect(rows > 1 and rows & (rows - 1) == 0, "the rows of weights are a power of two")
        expect(columns == len(labels) > 0, "weights have a column a label")
        expect(model.weights.dtype == np.float16, "weights are float16")
        expect(model.bias.shape == (columns,), "bias has one value a label")
        expect(model.thresholds.shape == (columns,), "thresholds has one value a label")
        return model


def squashed(logits: NDArray[np.float64], *, exclusive: bool) -> NDArray[np.float64]:
    """Return probabilities of logits, shape (..., n_labels): softmax if one label alone holds."""
    if exclusive:
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        chances: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
        return chances
    each: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return each
