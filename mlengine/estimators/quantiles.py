"""Forecasts of counts with intervals that keep their promise."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from math import isfinite
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.forest import CompiledForest

_FORESTS = ("middle", "scale")
_FACTORS = ("least_scale", "low_miss", "high_miss")
# exp of more overflows float64; no count is that large.
_LARGEST_LOG = 60.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """Counts expected for each row: ends of a 90 % interval and the middle, all >= 0."""

    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]

    def ends(self, row: int) -> dict[str, float]:
        """Return one row's as they are told: `low`, `expected` and `high`."""
        middle = float(self.middle[row])
        return {"low": float(self.low[row]), "expected": middle, "high": float(self.high[row])}


@dataclass(frozen=True, slots=True)
class Spread:
    """Where log(1 + count) of each row is expected, and how far that is usually missed."""

    middle: NDArray[np.float64]
    scale: NDArray[np.float64]

    def within(self, low_miss: float, high_miss: float) -> Forecast:
        """Return the counts from middle + low_miss * scale to middle + high_miss * scale."""
        low, high = self.middle + low_miss * self.scale, self.middle + high_miss * self.scale
        # Where most misses were on one side both factors share a sign; the middle stays inside.
        return Forecast(
            low=_count(np.minimum(low, self.middle)),
            middle=_count(self.middle),
            high=_count(np.maximum(high, self.middle)),
        )


class QuantileForecast:
    """Two compiled forests: the middle of log(1 + count), and how far it is usually missed.

    The interval runs from middle + low_miss * scale to middle + high_miss * scale, on the log
    scale. The two factors are what nine in ten rows kept to that the forests had not seen, so
    the interval keeps its promise whatever the forests are worth, as long as what comes is like
    what came. Built by `mlengine.estimators.quantile_fitting`, in the worker.

    Attributes
    ----------
    middle, scale : CompiledForest
        Over the same features, one output each.
    least_scale : float
        Scales below this count as this.
    low_miss, high_miss : float
    sample : int
        Rows the factors were measured on.

    References
    ----------
    Locally weighted conformal intervals: Lei et al. (2018), doi:10.1080/01621459.2017.1307116.
    """

    kind = "quantile-forecast"

    def __init__(
        self,
        *,
        middle: CompiledForest,
        scale: CompiledForest,
        least_scale: float,
        low_miss: float,
        high_miss: float,
        sample: int,
    ) -> None:
        self.middle = middle
        self.scale = scale
        self.least_scale = least_scale
        self.low_miss = low_miss
        self.high_miss = high_miss
        self.sample = sample

    def predict(self, rows: ArrayLike, *, levels: ArrayLike = 0.0) -> Forecast:
        """Return a forecast of each row, shape (n_rows, n_features) or (n_features,).

        `levels` are added to the middles, on the log scale: what fit was told to take off.

        :raises ValueError: if the number of features differs or a value is not finite.
        """
        return self.within(self.spread(rows, levels=levels))

    def spread(self, rows: ArrayLike, *, levels: ArrayLike = 0.0) -> Spread:
        """Return what the forests say of each row, as `predict` takes it."""
        middle = self.middle.predict(rows)[:, 0] + np.asarray(levels, dtype=np.float64)
        return Spread(middle, np.maximum(self.scale.predict(rows)[:, 0], self.least_scale))

    def within(self, spread: Spread) -> Forecast:
        """Return the forecast that `predict` makes of what the forests say."""
        return spread.within(self.low_miss, self.high_miss)

    def save(self, file: BinaryIO) -> None:
        """Write the forests and the factors as one .npz."""
        arrays = {}
        for name in _FORESTS:
            buffer = BytesIO()
            getattr(self, name).save(buffer)
            arrays[name] = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
        settings = {name: getattr(self, name) for name in (*_FACTORS, "sample")}
        arrays_save(file, kind=self.kind, settings=settings, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        expect(set(_FORESTS) == arrays.keys(), "it has two forests")
        expect({*_FACTORS, "sample"} == settings.keys(), "it has its factors")
        middle, scale = (CompiledForest.load(BytesIO(arrays[n].tobytes())) for n in _FORESTS)
        expect(middle.feature_count == scale.feature_count, "its forests ask for the same features")
        expect(len(middle.start) == len(scale.start) == 1, "its forests have one output")
        factors = [settings[name] for name in _FACTORS]
        expect(all(isinstance(f, float) and isfinite(f) for f in factors), "its factors are finite")
        least_scale, low_miss, high_miss = factors
        return cls(
            middle=middle,
            scale=scale,
            least_scale=least_scale,
            low_miss=low_miss,
            high_miss=high_miss,
            sample=int(settings["sample"]),
        )


def _count(logarithm: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.expm1(np.clip(logarithm, 0.0, _LARGEST_LOG))
