"""Interactions and item descriptions from files anybody can supply."""

from __future__ import annotations

import zipfile
from array import array
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.interactions import Interactions
from mlengine.datasets.items import Items
from mlengine.datasets.tables import integer_field, number_field, table_columns, table_rows
from mlengine.errors import DatasetError

# Columns of an items file that carry text a reader of the item would see.
_TEXT_COLUMNS = ("title", "caption", "text", "hashtags", "genres")


def read_interactions(path: Path) -> Interactions:
    """Read user,item[,rating,timestamp,pos,plays] from .csv or .csv.gz.

    Every row is a choice; none is a refusal. A `rating` weighs it as a share of the highest in
    the file, `plays` as log(1 + plays); otherwise the weight is 1. `timestamp` is in seconds;
    `pos` orders one user's rows where there is no timestamp. Other columns are passed over.

    :raises DatasetError: naming file, line and column if the file cannot be read that way, or
        holds no row.
    """
    columns = table_columns(path)
    strength = next((name for name in ("rating", "plays") if name in columns), None)
    clock = next((name for name in ("timestamp", "pos") if name in columns), None)
    users, items = array("q"), array("q")
    strengths, moments = array("d"), array("d")
    for line, row in table_rows(path, required=("user", "item")):
        users.append(integer_field(path, line, row, "user"))
        items.append(integer_field(path, line, row, "item"))
        if strength:
            value = number_field(path, line, row, strength)
            if value < 0:
                raise DatasetError(f"{path}, line {line}, column {strength!r}: below zero.")
            strengths.append(value)
        if clock:
            moments.append(number_field(path, line, row, clock))
    if not users:
        raise DatasetError(f"{path}: no row below the header.")

    moment = np.array(moments) if clock else None
    return Interactions.from_arrays(
        np.array(users),
        np.array(items),
        _weights(np.array(strengths), strength),
        at=moment if clock == "timestamp" else None,
        position=moment if clock == "pos" else None,
    )


def read_items(path: Path) -> Items:
    """Read item[,title,caption,text,hashtags,genres,category] from .csv or .csv.gz.

    Lists inside a field may be separated by "|", "," or blanks.

    :raises DatasetError: naming file, line and column if it cannot be read, names an item twice
        or holds no row.
    """
    columns = table_columns(path)
    texts: dict[int, str] = {}
    categories: dict[int, str] = {}
    for line, row in table_rows(path, required=("item",)):
        item = integer_field(path, line, row, "item")
        if item in texts:
            raise DatasetError(f"{path}, line {line}: item {item} is described twice.")
        parts = [row[name].replace("|", " ") for name in _TEXT_COLUMNS if name in columns]
        texts[item] = " ".join(part for part in parts if part)
        categories[item] = row.get("category", "")
    if not texts:
        raise DatasetError(f"{path}: no row below the header.")
    return Items.from_texts(texts, categories)


def read_vectors(path: Path) -> Items:
    """Read an .npz of arrays of shape (n_items, width), one a kind: row i is the item of id i.

    An array `item_ids`, shape (n_items,), names the rows otherwise.

    :raises DatasetError: naming the file and the array, if it is no such file, the arrays differ
        in rows, or hold a number that is not finite.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise DatasetError(f"{path}: not an .npz of arrays ({error}).") from error
    ids = arrays.pop("item_ids", None)
    if not arrays:
        raise DatasetError(f"{path}: it holds no vectors.")
    rows = len(next(iter(arrays.values()))) if ids is None else len(ids)
    for name, kept in arrays.items():
        if kept.ndim != 2 or len(kept) != rows or kept.dtype.kind not in "fiu":
            raise DatasetError(f"{path}, {name!r}: expected numbers of shape ({rows}, width).")
        if not np.isfinite(kept).all():
            raise DatasetError(f"{path}, {name!r}: holds a number that is not finite.")
    order = np.arange(rows, dtype=np.int64) if ids is None else ids.astype(np.int64)
    if len(np.unique(order)) < rows:
        raise DatasetError(f"{path}, 'item_ids': an item is named twice.")
    sort = np.argsort(order, kind="stable")
    vectors = {name: kept[sort].astype(np.float32) for name, kept in arrays.items()}
    return Items.from_vectors(order[sort], vectors)


def _weights(values: NDArray[np.float64], kind: str | None) -> NDArray[np.float64] | None:
    weights: NDArray[np.float64] | None = None
    if kind == "rating" and values.max() > 0:
        weights = values / values.max()
    if kind == "plays":
        weights = np.log1p(values)
    return weights
