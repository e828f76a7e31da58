"""What every pipeline offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

D = TypeVar("D")


class Fitted(Protocol):
    """Whatever was learned; `save` writes it as an .npz without pickles."""

    def save(self, file: BinaryIO) -> None: ...


@dataclass(frozen=True, slots=True)
class Split(Generic[D]):
    """Data cut by time: learn from `train`, be judged on the later `held_out`.

    `whole` is both together: what the promoted model learns from in the end. `until` is the
    moment of its newest event.
    """

    train: D
    held_out: D
    whole: D
    cut: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """How well something did on held-out data: one score, higher is better, and its metrics.

    `units`, where there are any, are the scores of which `score` is the mean, such as one a
    person, in an order that the split alone decides, so that two models' are paired.
    """

    score: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    units: NDArray[np.float64] | None = None


class Pipeline(Protocol):
    """Joins the log to one estimator. Stateless: training calls the methods in this order.

    `name` is kebab-case and names the model everywhere; `measure` says what `Judged.score` is.
    Subclass it, so that what has a default here need not be written again.
    """

    name: str
    measure: str

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[Any]:
        """Return the events before `until`, cut by time.

        With `unseen_since` (what the live version learned from ended there) the cut is not
        earlier, so that the live version is judged on what it has not seen either.

        :raises TooLittleData: saying in one sentence what is missing.
        """

    def fit(self, data: Any) -> Fitted:
        """Learn from `data`, a part of a Split.

        :raises TooLittleData: if it holds too little.
        """

    def refit(self, model: Any, data: Any) -> Fitted:
        """Learn anew from `data`, keeping what `fit` chose for `model`."""
        return self.fit(data)

    def evaluate(self, model: Any, split: Split[Any]) -> Judged:
        """Judge a model, this run's or the live one, on the held-out part."""

    def baseline(self, split: Split[Any]) -> Judged:
        """Judge the simplest thing that could serve instead, on the same held-out part."""

    def restore(self, file: BinaryIO) -> Fitted:
        """Read what `save` wrote.

        :raises ArtifactError: if it is damaged, foreign or impossible.
        """
