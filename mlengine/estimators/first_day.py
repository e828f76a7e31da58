"""What of a week's count has come after a day."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.quantiles import Forecast, Spread


@dataclass(frozen=True, slots=True)
class FirstDay:
    """A line from the middle of a week's forecast to the count after a day, both as log(1 + count).

    The interval is as wide as the week's scale and two factors make it, which nine in ten posts
    kept to that neither the forests nor the line had seen. Learned by
    `mlengine.estimators.first_day_fitting`, in the worker.
    """

    start: float
    slope: float
    low_miss: float
    high_miss: float

    def predict(self, spread: Spread, week: Forecast) -> Forecast:
        """Return the counts after a day of what is so spread after a week; never above `week`."""
        middle = self.start + self.slope * spread.middle
        day = Spread(middle, spread.scale).within(self.low_miss, self.high_miss)
        return Forecast(
            low=np.minimum(day.low, week.low),
            middle=np.minimum(day.middle, week.middle),
            high=np.minimum(day.high, week.high),
        )

    def as_row(self) -> NDArray[np.float64]:
        return np.array(astuple(self), dtype=np.float64)

    @classmethod
    def of_row(cls, row: NDArray[np.float64]) -> Self:
        return cls(*row.tolist())
