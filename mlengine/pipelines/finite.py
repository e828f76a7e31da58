"""Numbers that are not finite, found before anything is learned from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.errors import NotFinite


def finite_expect(data: Any) -> None:
    """Refuse data that holds a number which is not finite.

    Reads the fields of dataclasses, the values of mappings, arrays of floats, and sparse matrices.

    :raises NotFinite: naming the first such array.
    """
    for path, array in _arrays_in(data, ""):
        if not np.isfinite(array).all():
            raise NotFinite(f"What it learns from holds a number that is not finite: {path}.")


def _arrays_in(data: Any, path: str) -> Iterator[tuple[str, NDArray[Any]]]:
    if is_dataclass(data):
        for one in fields(data):
            yield from _arrays_in(getattr(data, one.name), f"{path}.{one.name}".lstrip("."))
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from _arrays_in(value, f"{path}.{name}")
    elif sparse.issparse(data):
        yield path, data.data
    elif isinstance(data, np.ndarray) and data.dtype.kind == "f":
        yield path, data
