"""Columns of any table as numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import TooLittleData

# A column of words with more kinds than this names rows rather than groups them.
_MOST_KINDS = 30
# A kind of fewer rows tells nothing that would hold elsewhere.
_LEAST_ROWS = 10
# A column counts as numbers if so many of its filled fields are.
_NUMERIC_SHARE = 0.95


class TableEncoder:
    """Turns written columns into numbers: numbers as they are, kinds as one column each.

    Columns of words with more than 30 kinds, and columns that number the rows, are left out.
    A positive number that is very unevenly spread enters as log(1 + x).

    Attributes
    ----------
    numbers_ : dict of str to bool
        Columns of numbers, and whether the logarithm is taken.
    kinds_ : dict of str to list of str
        Columns of words, and the kinds that have a column.
    names_ : list of str
        Names of the encoded columns, in order.
    """

    numbers_: dict[str, bool]
    kinds_: dict[str, list[str]]
    names_: list[str]

    def fit(self, columns: Mapping[str, Sequence[str]]) -> TableEncoder:
        """Learn which columns are what, forgetting any earlier fit, and return self.

        :raises TooLittleData: if no column is of use.
        """
        self.numbers_, self.kinds_ = {}, {}
        for name, fields in columns.items():
            values = _numbers(fields)
            filled = sum(field != "" for field in fields)
            if filled and np.isfinite(values).sum() >= _NUMERIC_SHARE * filled:
                if not _numbers_rows(values):
                    self.numbers_[name] = _is_skewed(values)
                continue
            count = Counter(fields)
            if len(count) <= _MOST_KINDS:
                common = sorted(kind for kind, rows in count.items() if rows >= _LEAST_ROWS)
                # Of two kinds one column says it all.
                self.kinds_[name] = common[1:] if len(common) == len(count) else common
        self.names_ = [
            *self.numbers_,
            *(
                f"{name} is {kind or 'empty'}"
                for name, kinds in self.kinds_.items()
                for kind in kinds
            ),
        ]
        if not self.names_:
            raise TooLittleData("No column of the table tells rows apart.")
        return self

    def transform(self, columns: Mapping[str, Sequence[str]]) -> NDArray[np.float64]:
        """Return the rows as numbers, shape (n_rows, n_names); nan where a number is missing.

        A column that is missing altogether is all nan, or no kind.
        """
        count = max((len(fields) for fields in columns.values()), default=0)
        encoded = []
        for name, takes_log in self.numbers_.items():
            values = _numbers(columns.get(name, [""] * count))
            encoded.append(np.log1p(np.maximum(values, 0.0)) if takes_log else values)
        for name, kinds in self.kinds_.items():
            fields = np.array(columns.get(name, [""] * count), dtype=object)
            encoded.extend((fields == kind).astype(np.float64) for kind in kinds)
        return np.column_stack(encoded)


def _numbers(fields: Sequence[str]) -> NDArray[np.float64]:
    return np.array([_number(field) for field in fields], dtype=np.float64)


def _number(field: str) -> float:
    try:
        value = float(field)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _numbers_rows(values: NDArray[np.float64]) -> bool:
    """Return whether whole numbers grow from row to row, as identifiers do."""
    known = values[np.isfinite(values)]
    return len(known) > _LEAST_ROWS and bool(
        (known == np.floor(known)).all() and (np.diff(known) > 0).all()
    )


def _is_skewed(values: NDArray[np.float64]) -> bool:
    known = values[np.isfinite(values)]
    if known.min() < 0 or not known.std():
        return False
    # Skewness beyond 2, that of an exponential: the tail would decide the scale.
    return bool((((known - known.mean()) / known.std()) ** 3).mean() > 2.0)
