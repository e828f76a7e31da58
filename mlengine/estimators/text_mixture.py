"""Weigh what n-grams and the encoder say of a text against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.text import squashed

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Calibrated probabilities of one task's labels from the logits of two models.

    Attributes
    ----------
    labels : tuple of str
    exclusive : bool
        True if exactly one label holds.
    shares : float32, shape (2, n_labels)
        What the logits of the n-grams, and of the encoder, are multiplied by.
    shift : float32, shape (n_labels,)
    thresholds : float32, shape (n_labels,)
        The probability from which a label is given, where labels do not exclude each other.
    """

    labels: tuple[str, ...]
    exclusive: bool
    shares: NDArray[np.float32]
    shift: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    def probabilities(self, of_ngrams: Floats, of_encoder: Floats) -> Floats:
        """Return probabilities, shape (..., n_labels), of two models' logits of that shape."""
        return squashed(self.logits(of_ngrams, of_encoder), exclusive=self.exclusive)

    def logits(self, of_ngrams: Floats, of_encoder: Floats) -> Floats:
        """Return what the probabilities are made of, shape (..., n_labels)."""
        mixed: Floats = self.shares[0] * of_ngrams + self.shares[1] * of_encoder + self.shift
        return mixed
