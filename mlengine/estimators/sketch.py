"""How often each of very many names came, in constant memory, and never too low."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_BYTES_A_ROW = 4


@dataclass(slots=True)
class CountMinSketch:
    """Counts of names in `depth` rows of `width` cells; a name is counted in a cell of each row.

    An estimate is the least of a name's cells: it is never less than the name's count, and more
    than `error` above it with a probability of at most e to the power of minus `depth`.

    Parameters
    ----------
    width : int, default 32,768
        e / width is how much of all that was counted an estimate may be too high.
    depth : int, default 4
        Rows; with four, one estimate in fifty may be higher still.

    Attributes
    ----------
    table_ : ndarray of float32, shape (depth, width)
        The cells.
    total_ : float
        All that was counted, as far as it has not faded.

    References
    ----------
    Cormode and Muthukrishnan (2005), An improved data stream summary: the count-min sketch and
    its applications, doi:10.1016/j.jalgor.2003.12.001.

    Examples
    --------
    >>> sketch = CountMinSketch(width=64)
    >>> sketch.add(["eclipse", "eclipse", "rain"], np.array([2.0, 1.0, 1.0]))
    >>> sketch.estimate(["eclipse", "rain", "snow"]).tolist()
    [3.0, 1.0, 0.0]
    """

    width: int = 32_768
    depth: int = 4
    table_: NDArray[np.float32] = field(init=False)
    total_: float = 0.0

    def __post_init__(self) -> None:
        self.table_ = np.zeros((self.depth, self.width), dtype=np.float32)

    @property
    def error(self) -> float:
        """How much an estimate is at most too high, but for the probability above."""
        return math.e / self.width * self.total_

    def add(self, names: Sequence[str], counts: NDArray[np.float64]) -> None:
        """Count each name so many times more; `counts` has shape (n_names,), none negative."""
        for row, cells in zip(self.table_, self._cells(names), strict=True):
            np.add.at(row, cells, counts.astype(np.float32))
        self.total_ += float(counts.sum())

    def estimate(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return an upper bound of each name's count, of shape (n_names,)."""
        found = [row[cells] for row, cells in zip(self.table_, self._cells(names), strict=True)]
        least: NDArray[np.float64] = np.min(found, axis=0).astype(np.float64)
        return least

    def fade(self, share: float) -> None:
        """Let all that was counted so far count `share` of it, from 0 to 1."""
        self.table_ *= np.float32(share)
        self.total_ *= share

    def merge(self, other: CountMinSketch) -> None:
        """Count all that `other`, of the same width and depth, has counted.

        :raises ValueError: if their shapes differ.
        """
        if other.table_.shape != self.table_.shape:
            raise ValueError(f"Shapes {self.table_.shape} and {other.table_.shape} differ.")
        self.table_ += other.table_
        self.total_ += other.total_

    def _cells(self, names: Sequence[str]) -> NDArray[np.uint32]:
        """Return the cell of each name in each row, of shape (depth, n_names)."""
        size = _BYTES_A_ROW * self.depth
        digests = b"".join(blake2b(name.encode(), digest_size=size).digest() for name in names)
        hashes = np.frombuffer(digests, dtype="<u4").reshape(len(names), self.depth)
        return np.ascontiguousarray(hashes.T % np.uint32(self.width))
