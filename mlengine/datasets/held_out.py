"""The texts that only judge, as files that `evaluate` reads."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from mlengine.datasets.text_sources import TASKS, TextTask

_CLEAN = {"toxicity": "acceptable", "spam": "ham"}


def held_out_write(data: Path, to: Path, *, progress: Callable[[str], object]) -> None:
    """Write a CSV a task, source and label that has texts kept back, such as toxicity-hate-any.csv.

    Columns are text, label and language. Sentiment and emotion have one label a text, and so one
    file a source.

    :raises DatasetError: if a file under `data` is missing or not as expected.
    """
    to.mkdir(parents=True, exist_ok=True)
    for name, read in TASKS.items():
        for stem, rows in _tables(name, read(data)):
            path = to / f"{stem}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                table = csv.writer(file)
                table.writerow(["text", "label", "language"])
                table.writerows(rows)
            progress(f"{path}: {len(rows)} texts")


def _tables(name: str, task: TextTask) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for source in sorted(set(task.sources)):
        places = [
            at
            for at, (origin, judges) in enumerate(zip(task.sources, task.held_out, strict=True))
            if origin == source and judges
        ]
        for label, column in _judged_by(name, task):
            rows = []
            for at in places:
                said = _label(name, task, at, column)
                if said:
                    rows.append((task.texts[at], said, task.languages[at]))
            if len({said for _, said, _ in rows}) > 1:
                yield "-".join(filter(None, (name, source, label))), rows


def _judged_by(name: str, task: TextTask) -> list[tuple[str, int]]:
    """Return the labels that get a file of their own, and their columns; "" is for all at once."""
    if name not in _CLEAN:
        return [("", -1)]
    return [(label, column) for column, label in enumerate(task.labels)]


def _label(name: str, task: TextTask, at: int, column: int) -> str:
    row = task.rows[at]
    if column < 0:
        return task.labels[row.index(max(row))]
    # Where nobody said, the value is neither.
    return {1.0: task.labels[column], 0.0: _CLEAN[name]}.get(row[column], "")
