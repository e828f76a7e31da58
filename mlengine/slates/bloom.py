"""A set of ids that takes ten bits for each and forgets none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import NDArray

# An id that was never added is taken for one with at most this probability: the sum over all
# slices of 2 ** -hashes, which is 2 ** -8 + 2 ** -9 + … < 2 ** -7.
LARGEST_ERROR = 0.0079
_FIRST_CAPACITY = 4_096
_FIRST_HASHES = 8
# Steps between the streams of hashes that the slices draw from: the golden ratio's 64 bits.
_STEP = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Bloom:
    """Ids that were added, as bits; `count` of them made a difference.

    Slices follow each other in `bits`, each twice as large as the one before and with one hash
    more. A new one is begun when the last is full, so that the error stays below LARGEST_ERROR
    however many are added.

    References
    ----------
    Bloom (1970), doi:10.1145/362686.362692. Slices that halve their error: Almeida, Baquero,
    Preguiça and Hutchison (2007), Scalable Bloom Filters, doi:10.1016/j.ipl.2006.10.007. All
    hashes from two: Kirsch and Mitzenmacher (2006), doi:10.1007/11841036_42.
    """

    bits: bytes = b""
    count: int = 0

    def holds(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which ids were added, and of the others at most LARGEST_ERROR."""
        found = np.zeros(len(ids), dtype=bool)
        start = 0
        for n in range(_slices(self.count)):
            size = _bytes(n)
            bits = np.frombuffer(self.bits, dtype=np.uint8, count=size, offset=start)
            left = np.flatnonzero(~found)
            found[left[_held(bits, ids[left], n)]] = True
            start += size
        return found

    def added(self, ids: Collection[int]) -> Bloom:
        """Return the set with these ids as well; those it holds already change nothing."""
        unique = np.unique(np.fromiter(ids, dtype=np.int64, count=len(ids)))
        new = unique[~self.holds(unique)]
        bits, count = bytearray(self.bits), self.count
        while len(new):
            last = _slices(count + 1) - 1
            before = sum(_bytes(n) for n in range(last))
            bits.extend(bytes(before + _bytes(last) - len(bits)))
            room = _capacity(last + 1) - count
            some, new = new[:room], new[room:]
            _set(np.frombuffer(bits, dtype=np.uint8, offset=before), some, last)
            count += len(some)
        return Bloom(bytes(bits), count)


def _capacity(slices: int) -> int:
    """Return how many ids so many slices take together."""
    return _FIRST_CAPACITY * ((1 << slices) - 1)


def _slices(count: int) -> int:
    """Return how many slices `count` ids take."""
    return ceil(count / _FIRST_CAPACITY).bit_length()


def _bytes(n: int) -> int:
    """Return the size of the slice numbered `n`: half of its bits are set when it is full."""
    capacity, hashes = _FIRST_CAPACITY << n, _FIRST_HASHES + n
    return ceil(capacity * hashes / log(2) / 8)


def _held(bits: NDArray[np.uint8], ids: NDArray[np.int64], n: int) -> NDArray[np.intp]:
    """Return the places of the ids that the slice holds."""
    place = np.arange(len(ids))
    first, step = _hashes(ids, n)
    for hashed in range(_FIRST_HASHES + n):
        at = (first[place] + np.uint64(hashed) * step[place]) % np.uint64(8 * len(bits))
        place = place[(bits[at >> np.uint64(3)] >> (at & np.uint64(7)).astype(np.uint8)) & 1 > 0]
    return place


def _set(bits: NDArray[np.uint8], ids: NDArray[np.int64], n: int) -> None:
    first, step = _hashes(ids, n)
    for hashed in range(_FIRST_HASHES + n):
        at = (first + np.uint64(hashed) * step) % np.uint64(8 * len(bits))
        value = np.left_shift(np.uint8(1), (at & np.uint64(7)).astype(np.uint8))
        np.bitwise_or.at(bits, at >> np.uint64(3), value)


def _hashes(ids: NDArray[np.int64], n: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return two independent hashes of each id, 32 bits each; the second is odd."""
    # The finalizer of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195).
    mixed = ids.astype(np.uint64) + np.uint64(((n + 1) * _STEP) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed & np.uint64(0xFFFFFFFF), (mixed >> np.uint64(32)) | np.uint64(1)
