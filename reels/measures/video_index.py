"""Finds the videos that show the same, among hundreds of thousands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_BANDS = 4
_BAND_BITS = 16
# Bits of 64 in which two pictures of the same moment may differ.
_SAME_PICTURE = 14
# A shelf fuller than this holds what many videos show; it tells nothing.
_SHELF_MOST = 512
_CANDIDATES_MOST = 64
# The mean distance of two that match; unrelated ones lie near 32.
_SAME_VIDEO = 12.0
# Hashes that must be seen in both, and half of the shorter one: scenes that are alike are
# common, whole excerpts are not.
_LEAST_OVERLAP, _LEAST_SHARE = 4, 0.5
# So many moments of a video, spread over it, are looked up.
_MOMENTS_MOST = 32


@dataclass(frozen=True, slots=True)
class Match:
    """A video that shows the same: its place in the index, how far off, from which moment.

    `distance` is the mean number of differing bits of 64, `overlap` how many hashes both have,
    `offset` how many hashes into it the one that was asked for begins (below 0: before it).
    """

    video: int
    distance: float
    overlap: int
    offset: int


class VideoIndex:
    """Hashes of many videos, sorted four times by a quarter of their bits.

    Two copies of a picture differ in few bits, so that of four quarters one is the same for
    some moment of the video (Norouzi et al. 2012, doi:10.1109/CVPR.2012.6248043).

    Parameters
    ----------
    videos
        The hashes of each, uint64, shape (n,).
    """

    def __init__(self, videos: Sequence[np.ndarray]) -> None:
        lengths = np.array([len(hashes) for hashes in videos], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        self._hashes = np.concatenate([*videos, np.zeros(0, np.uint64)]).astype(np.uint64)
        self._owners = np.repeat(np.arange(len(videos), dtype=np.int32), lengths)
        known = np.flatnonzero(self._hashes).astype(np.int32)
        self._shelves = [self._sorted(known, band) for band in range(_BANDS)]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def search(self, hashes: np.ndarray) -> list[Match]:
        """Return the videos that show the same as `hashes` or a part of it, nearest first."""
        votes = self._votes(hashes)
        matches = [self._compared(hashes, video, offset) for video, offset in votes]
        best: dict[int, Match] = {}
        for match in sorted(filter(None, matches), key=lambda m: (m.distance, -m.overlap)):
            best.setdefault(match.video, match)
        return list(best.values())

    def _sorted(self, known: np.ndarray, band: int) -> tuple[np.ndarray, np.ndarray]:
        keys = _band(self._hashes[known], band)
        counts = np.bincount(keys, minlength=1 << _BAND_BITS)
        return known[np.argsort(keys, kind="stable")], np.concatenate([[0], np.cumsum(counts)])

    def _votes(self, hashes: np.ndarray) -> list[tuple[int, int]]:
        """Return (video, offset) for which most pictures are alike, most first."""
        places, moments = [], []
        known = np.flatnonzero(hashes)
        for moment in known[:: -(-known.size // _MOMENTS_MOST) or 1]:
            for band, (order, bounds) in enumerate(self._shelves):
                key = int(_band(hashes[moment : moment + 1], band)[0])
                found = order[bounds[key] : bounds[key + 1]]
                if found.size <= _SHELF_MOST:
                    places.append(found)
                    moments.append(np.full(found.size, moment))
        if not places:
            return []
        place, asked = np.concatenate(places), np.concatenate(moments)
        alike = np.bitwise_count(self._hashes[place] ^ hashes[asked]) <= _SAME_PICTURE
        place, asked = place[alike], asked[alike]
        owner = self._owners[place].astype(np.int64)
        offset = place - self._starts[owner] - asked
        pairs, counts = np.unique(np.stack([owner, offset]), axis=1, return_counts=True)
        most = np.argsort(-counts, kind="stable")[:_CANDIDATES_MOST]
        return [(int(pairs[0, i]), int(pairs[1, i])) for i in most]

    def _compared(self, hashes: np.ndarray, video: int, offset: int) -> Match | None:
        other = self._hashes[self._starts[video] : self._starts[video + 1]]
        start, end = max(0, -offset), min(len(hashes), len(other) - offset)
        mine, theirs = hashes[start:end], other[start + offset : end + offset]
        seen = (mine != 0) & (theirs != 0)
        overlap = int(seen.sum())
        shorter = min(len(hashes), len(other))
        if overlap < max(1, min(_LEAST_OVERLAP, shorter), _LEAST_SHARE * shorter):
            return None
        distance = float(np.bitwise_count(mine[seen] ^ theirs[seen]).mean())
        return Match(video, distance, overlap, offset) if distance <= _SAME_VIDEO else None


def _band(hashes: np.ndarray, band: int) -> np.ndarray:
    shift, mask = np.uint64(_BAND_BITS * band), np.uint64((1 << _BAND_BITS) - 1)
    return ((hashes >> shift) & mask).astype(np.int64)
