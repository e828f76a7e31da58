"""A fingerprint of what a video shows, that coding, resizing and trimming leave alone.

Every half second one number of 64 bits: the signs of the low frequencies of the mean picture
around it. The mean of many pictures stays what it is when a trimmed copy is read half a
step later.
"""

from __future__ import annotations

import numpy as np

SIDE = 32
STEP_SECONDS = 0.5
_REACH_SECONDS = 0.5
_FREQUENCIES = 8
_DIGITS = 16
# Levels by which the low frequencies stand out; below it the signs are noise.
_FLAT_BELOW = 4.0


class HashMaker:
    """Takes small pictures in order of time, and gives a hash for every half second."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._pictures: list[np.ndarray] = []
        self._hashes: list[int] = []

    def add(self, moment: float, luma: np.ndarray) -> None:
        """Take a picture of shape (32, 32) at `moment`."""
        while moment > self._centre + _REACH_SECONDS:
            self._close()
        self._times.append(moment)
        self._pictures.append(luma)

    def result(self, end: float) -> np.ndarray:
        """Return the hashes of the video that ends at `end`, uint64, at least one.

        0 stands where there is nothing to recognise: black or flat pictures.
        """
        while self._centre < end or not self._hashes:
            self._close()
        return np.array(self._hashes, dtype=np.uint64)

    @property
    def _centre(self) -> float:
        return len(self._hashes) * STEP_SECONDS + STEP_SECONDS / 2

    def _close(self) -> None:
        distances = np.abs(np.array(self._times) - self._centre)
        near = np.flatnonzero(distances <= _REACH_SECONDS)
        if near.size:
            # Nearer ones count more; the furthest a little.
            weights = _REACH_SECONDS * 1.05 - distances[near]
            pictures = np.stack([self._pictures[i] for i in near])
            self._hashes.append(picture_hash(np.tensordot(weights / weights.sum(), pictures, 1)))
        else:
            self._hashes.append(self._hashes[-1] if self._hashes else 0)
        late = next(
            (i for i, t in enumerate(self._times) if t >= self._centre - _REACH_SECONDS),
            max(0, len(self._times) - 1),
        )
        del self._times[:late], self._pictures[:late]


def picture_hash(luma: np.ndarray) -> int:
    """Return the 64 bits of a picture of shape (32, 32); 0 if it is flat.

    The signs, against their median, of the 8 x 8 lowest frequencies but the constants of rows
    and columns (Zauner 2010; PDQ takes the same steps with 16 x 16).
    """
    frequencies = _COSINES @ luma @ _COSINES.T
    if np.abs(frequencies).mean() < _FLAT_BELOW:
        return 0
    bits = (frequencies > np.median(frequencies)).ravel()
    return int.from_bytes(np.packbits(bits).tobytes())


def hash_text(hashes: np.ndarray) -> str:
    """Return the hashes as hexadecimal digits, 16 each."""
    return "".join(f"{int(value):016x}" for value in hashes)


def hash_parse(text: str) -> np.ndarray:
    """Return the hashes that `hash_text` wrote."""
    words = [text[i : i + _DIGITS] for i in range(0, len(text), _DIGITS)]
    return np.array([int(word, 16) for word in words], dtype=np.uint64)


def hash_bytes(hashes: np.ndarray) -> bytes:
    """Return the hashes as eight bytes each, the highest first."""
    return hashes.astype(">u8").tobytes()


def hash_read(stored: bytes) -> np.ndarray:
    """Return the hashes that `hash_bytes` gave."""
    return np.frombuffer(stored, dtype=">u8").astype(np.uint64)


def _cosines() -> np.ndarray:
    """Return rows 1 to 8 of the orthonormal DCT-II, shape (8, 32)."""
    k = np.arange(1, _FREQUENCIES + 1)[:, None]
    n = np.arange(SIDE)[None, :]
    return np.asarray(np.sqrt(2 / SIDE) * np.cos(np.pi * k * (n + 0.5) / SIDE))


_COSINES = _cosines()
