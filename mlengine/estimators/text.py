"""Linear models over the hashed n-grams of a post: one table of weights, one sum a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.text_features import TextFeatures

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
        # bit_length is one more than the number of bits that index a power of two.
        rows = features.hashes >> np.uint64(65 - len(self.weights).bit_length())
        sums = features.values @ self.weights[rows.astype(np.intp)].astype(np.float32)
        logits = sums.astype(np.float64) + self.bias
        if self.exclusive:
            chances: NDArray[np.float64] = np.exp(logits - logits.max())
            chances /= chances.sum()
        else:
            chances = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return chances

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
