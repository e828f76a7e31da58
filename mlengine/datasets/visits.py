"""When each account came, from any table of events, and what that says at any moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.tables import moment_field, number_field, table_rows
from mlengine.errors import TooLittleData

_DAY = 86_400.0
# Days in which an act loses two thirds of its weight; each sees a different part of the past.
_MEMORIES = (14.0, 30.0, 60.0, 120.0)
# An act so long ago that its weight is below this says what no act says.
_FORGOTTEN = 1e-3

FEATURES = (
    "days_since_last",
    "visits",
    "silent_share",
    "mean_gap_days",
    "last_gap_days",
    "longest_gap_days",
    *(f"visits_fading_in_{int(days)}_days" for days in _MEMORIES),
    "value",
    "last_value",
)

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Visits:
    """Days on which accounts came, each account's ascending, and what they were worth then."""

    days: list[Vector]
    values: list[Vector]

    def before(self, day: float) -> Visits:
        """Return what was known at the start of that day; accounts yet to come are left out."""
        cut = [int(np.searchsorted(days, day)) for days in self.days]
        kept = [(i, end) for i, end in enumerate(cut) if end]
        return Visits(
            [self.days[i][:end] for i, end in kept], [self.values[i][:end] for i, end in kept]
        )

    def came(self, start: float, end: float) -> NDArray[np.bool_]:
        """Return, for the accounts that came before `start`, whether they did in [start, end)."""
        return np.array(
            [
                np.searchsorted(days, start) < np.searchsorted(days, end)
                for days in self.days
                if days[0] < start
            ],
            dtype=bool,
        )

    def rhythm(self, day: float) -> tuple[Vector, Vector, Vector]:
        """Return each account's visits after the first, and the days to its last and to `day`."""
        repeats = np.array([len(days) - 1.0 for days in self.days])
        last = np.array([days[-1] - days[0] for days in self.days])
        return repeats, last, np.array([day - days[0] for days in self.days])

    def features(self, day: float) -> Vector:
        """Return FEATURES as of that day, shape (n_accounts, n_features); nan where unknown.

        How long an account has been known is left out on purpose: a year on everybody is older
        than anybody was, and what was learned of age no longer holds.
        """
        pairs = zip(self.days, self.values, strict=True)
        return np.array([_row(days, values, day) for days, values in pairs])


def read_visits(path: Path, *, account: str, time: str, value: str | None = None) -> Visits:
    """Read one row an event; several on one day are one visit, worth their sum.

    :raises DatasetError: if the file cannot be read; it names file, line and column.
    :raises TooLittleData: if it holds no event.
    """
    worth: defaultdict[str, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    columns = (account, time) if value is None else (account, time, value)
    for line, row in table_rows(path, required=columns):
        day = moment_field(path, line, row, time) // _DAY
        worth[row[account]][day] += 0.0 if value is None else number_field(path, line, row, value)
    if not worth:
        raise TooLittleData(f"{path}: there is no event.")
    ordered = [sorted(days.items()) for _, days in sorted(worth.items())]
    return Visits(
        [np.array([day for day, _ in days]) for days in ordered],
        [np.array([sum_ for _, sum_ in days]) for days in ordered],
    )


def _row(days: Vector, values: Vector, day: float) -> list[float]:
    ago = day - days
    gaps = np.log1p(np.diff(days)) if len(days) > 1 else np.full(1, np.nan)
    return [
        float(np.log1p(ago[-1])),
        float(np.log(len(days))),
        float(ago[-1] / ago[0]),
        float(gaps.mean()),
        float(gaps[-1]),
        float(gaps.max()),
        *(float(np.log(_FORGOTTEN + np.exp(-ago / memory).sum())) for memory in _MEMORIES),
        float(np.log1p(max(values.sum(), 0.0))),
        float(np.log1p(max(values[-1], 0.0))),
    ]
