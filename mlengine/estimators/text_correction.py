"""What a deployment's moderators taught: a shift of the shipped models' scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.text_features import TextFeatures, rows_of

_KIND = "text-correction"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TextCorrection:
    """Scale and shift of logits, and what hashed n-grams add to them.

    Attributes
    ----------
    kinds : tuple of str
        Of toxicity ("any", "hate", ...) and "spam"; those that are not listed stay as they are.
    weights : float16, shape (n_buckets, n_kinds)
        `n_buckets` is a power of two: the top bits of a hash are its row.
    scale : float32, shape (n_kinds,)
    shift : float32, shape (n_kinds,)
    """

    kinds: tuple[str, ...]
    weights: NDArray[np.float16]
    scale: NDArray[np.float32]
    shift: NDArray[np.float32]

    def corrected(
        self,
        features: TextFeatures,
        logits: Mapping[str, Floats],
        labels: Mapping[str, tuple[str, ...]],
    ) -> dict[str, Floats]:
        """Return the logits of every task, those of the known kinds corrected.

        `logits` and `labels` are by task; each task's logits are of shape (n_labels,).
        """
        rows = rows_of(features.hashes, len(self.weights))
        added = features.values @ self.weights[rows].astype(np.float32)
        found = {task: values.copy() for task, values in logits.items()}
        for column, kind in enumerate(self.kinds):
            task = "spam" if kind == "spam" else "toxicity"
            place = labels[task].index(kind)
            shipped = logits[task][place]
            found[task][place] = self.scale[column] * shipped + self.shift[column] + added[column]
        return found

    def save(self, file: BinaryIO) -> None:
        """Write the model; the same model always gives the same bytes."""
        arrays_save(
            file,
            kind=_KIND,
            settings={"kinds": self.kinds},
            arrays={"weights": self.weights, "scale": self.scale, "shift": self.shift},
        )

    @classmethod
    def load(cls, file: BinaryIO) -> TextCorrection:
        """Read back what `save` wrote.

        :raises ArtifactError: if the file is damaged, or its arrays do not fit together.
        """
        settings, arrays = arrays_load(file, kind=_KIND)
        try:
            model = cls(tuple(map(str, settings["kinds"])), **arrays)
        except (KeyError, TypeError) as error:
            raise ArtifactError(f"The stored correction is incomplete: {error}.") from error
        rows, columns = (*model.weights.shape, 0, 0)[:2]
        expect(rows > 1 and rows & (rows - 1) == 0, "the rows of weights are a power of two")
        expect(columns == len(model.kinds), "weights have a column a kind")
        expect(model.scale.shape == (columns,), "scale has one value a kind")
        expect(model.shift.shape == (columns,), "shift has one value a kind")
        return model
