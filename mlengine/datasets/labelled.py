"""Labelled texts from `.csv` and `.csv.gz` files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlengine.datasets.tables import table_columns, table_rows
from mlengine.errors import DatasetError


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """Texts with one label each; `languages` is as long as `texts`, or empty without the column."""

    texts: list[str]
    labels: list[str]
    languages: list[str]


def read_labelled(path: Path, *, known: frozenset[str] | None = None) -> LabelledTexts:
    """Read text,label[,language]; rows keep their order, labels lose case and outer space.

    `known` are the labels the file may hold, None allows any.

    :raises DatasetError: if the file cannot be read, lacks a column, holds no row, or holds a
        label that is not known; it names the file and the line.
    """
    has_language = "language" in table_columns(path)
    texts, labels, languages = [], [], []
    for line, row in table_rows(path, required=("text", "label")):
        label = row["label"].strip().casefold()
        if not label or (known is not None and label not in known):
            wanted = "a word" if known is None else ", ".join(sorted(known))
            raise DatasetError(f"{path}, line {line}: the label is {label!r}, expected {wanted}.")
        texts.append(row["text"])
        labels.append(label)
        if has_language:
            languages.append(row["language"].strip().casefold() or "und")
    if not texts:
        raise DatasetError(f"{path}: no row below the header.")
    return LabelledTexts(texts, labels, languages)
