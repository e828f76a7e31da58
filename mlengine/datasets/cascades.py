"""When each item was met, from any table of events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.early import EarlyActs
from mlengine.datasets.tables import moment_field, table_rows
from mlengine.errors import TooLittleData

_HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Cascades:
    """Items in order of their first event, which stands for their publication.

    `published` are seconds since 1970; `authors` are the items themselves where none are known.
    """

    published: NDArray[np.float64]
    authors: list[str]
    acts: EarlyActs

    def __len__(self) -> int:
        return len(self.authors)


def read_cascades(
    path: Path, *, item: str, time: str, hours: float, author: str | None = None
) -> Cascades:
    """Read one row an event; keep the items that are new and whose first `hours` are all known.

    New is what has no event in the file's first `hours`.

    :raises DatasetError: if the file cannot be read; it names file, line and column.
    :raises TooLittleData: if no item is left.
    """
    moments: defaultdict[str, list[float]] = defaultdict(list)
    authors: dict[str, str] = {}
    columns = (item, time) if author is None else (item, time, author)
    for line, row in table_rows(path, required=columns):
        moments[row[item]].append(moment_field(path, line, row, time))
        authors[row[item]] = row[item if author is None else author]
    if not moments:
        raise TooLittleData(f"{path}: there is no event.")
    first = {name: min(times) for name, times in moments.items()}
    start, end = min(first.values()), max(max(times) for times in moments.values())
    long = hours * _HOUR
    kept = [name for name, at in first.items() if start + long < at <= end - long]
    if not kept:
        raise TooLittleData(f"{path}: no item is new and {hours:g} hours old.")
    kept.sort(key=lambda name: (first[name], name))
    ages = [(np.array(moments[name]) - first[name]) / _HOUR for name in kept]
    places = np.repeat(np.arange(len(kept)), [len(one) for one in ages])
    acts = EarlyActs(places, np.concatenate(ages), np.ones(len(places), dtype=bool))
    return Cascades(np.array([first[name] for name in kept]), [authors[n] for n in kept], acts)
