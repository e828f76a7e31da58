"""Any table of accounts with a yes-or-no column, as text columns and labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.tables import table_columns, table_rows
from mlengine.errors import DatasetError

_YES = frozenset({"1", "1.0", "yes", "y", "true", "t", "churned", "churn"})
_NO = frozenset({"0", "0.0", "no", "n", "false", "f", "stayed", "retained"})


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """Rows of a table, column by column, as they were written.

    Attributes
    ----------
    columns : dict of str to list of str
        Every column but the label.
    labels : ndarray of float64, shape (n_rows,)
        1 for yes, 0 for no.
    """

    columns: dict[str, list[str]]
    labels: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.labels)


def read_labelled_table(path: Path, *, label: str) -> LabelledTable:
    """Read a .csv or .csv.gz whose column `label` says yes or no.

    1/0, yes/no, true/false, churned/stayed are understood, in any case. Rows with an empty
    label are passed over.

    :raises DatasetError: naming file and line if it cannot be read that way, or no row has a
        label, or there is no other column.
    """
    names = [name for name in table_columns(path) if name != label]
    columns: dict[str, list[str]] = {name: [] for name in names}
    labels = []
    for line, row in table_rows(path, required=(label,)):
        word = row[label].strip().casefold()
        if not word:
            continue
        if word not in _YES and word not in _NO:
            raise DatasetError(
                f"{path}, line {line}, column {label!r}: {row[label]!r} is neither yes nor no."
            )
        labels.append(1.0 if word in _YES else 0.0)
        for name in names:
            columns[name].append(row[name].strip())
    if not labels:
        raise DatasetError(f"{path}: no row with a value in {label!r}.")
    if not names:
        raise DatasetError(f"{path}: no column beside {label!r}.")
    return LabelledTable(columns, np.array(labels))
