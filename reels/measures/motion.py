"""How the camera moves: phase correlation of neighbouring pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# A peak lower than this is one of many: the pictures have nothing in common to follow.
_LEAST_PEAK = 0.12
# Hands tremble faster than they pan: what a moving mean of this length leaves is shake.
_SMOOTH_SECONDS = 0.6
_LEAST_STEPS = 6


@dataclass(frozen=True, slots=True)
class Motion:
    """How fast the picture moves as a whole (sides a second), and how far it trembles (sides).

    A side is the picture's width or height, whichever way it moves.
    """

    speed: float
    shake: float


class MotionTracker:
    """Follows the picture as a whole from one small picture to the next."""

    def __init__(self) -> None:
        self._paths: list[list[tuple[float, float, float]]] = [[]]
        self._last: np.ndarray | None = None
        self._window: np.ndarray | None = None

    def add(self, moment: float, luma: np.ndarray) -> None:
        """Follow `luma` at `moment`; where nothing is in common, as after a cut, begin anew."""
        spectrum = self._spectrum(luma)
        shift = None
        if self._last is not None:
            shift = shift_between(self._last, spectrum, luma.shape)
        path = self._paths[-1]
        if shift is None or not path:
            self._paths.append([(moment, 0.0, 0.0)])
        else:
            path.append((moment, path[-1][1] + shift[0], path[-1][2] + shift[1]))
        self._last = spectrum

    def result(self) -> Motion | None:
        """Return the motion, weighted by the time followed; None if nothing could be followed."""
        paths = [np.array(path) for path in self._paths if len(path) >= _LEAST_STEPS]
        seconds = np.array([path[-1, 0] - path[0, 0] for path in paths])
        if not paths or seconds.sum() <= 0:
            return None
        lengths = [np.linalg.norm(np.diff(_smooth(p)[:, 1:], axis=0), axis=1).sum() for p in paths]
        trembles = [np.sqrt(((p - _smooth(p))[:, 1:] ** 2).sum(axis=1).mean()) for p in paths]
        return Motion(
            speed=float(sum(lengths) / seconds.sum()),
            shake=float(np.average(trembles, weights=seconds)),
        )

    def _spectrum(self, luma: np.ndarray) -> np.ndarray:
        if self._window is None:
            height, width = luma.shape
            self._window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
        return np.fft.rfft2((luma - luma.mean()) * self._window)


def shift_between(
    before: np.ndarray, after: np.ndarray, shape: tuple[int, ...]
) -> tuple[float, float] | None:
    """Return how far the picture went, (right, down) in sides; None if it cannot be followed.

    Both are spectra by `rfft2` of windowed pictures of `shape`. Kuglin and Hines 1975; the peak
    is refined by a parabola through its neighbours.
    """
    cross = after * np.conj(before)
    size = np.abs(cross)
    strongest = float(size.max())
    if strongest < 1e-3:
        # Two flat pictures: nothing moves.
        return (0.0, 0.0)
    peaks = np.fft.irfft2(cross / np.maximum(size, 1e-4 * strongest), s=shape)
    row, column = np.unravel_index(int(peaks.argmax()), shape)
    if peaks[row, column] < _LEAST_PEAK:
        return None
    down = _refined(peaks[:, column], int(row))
    right = _refined(peaks[row], int(column))
    return right / shape[1], down / shape[0]


def _refined(line: np.ndarray, peak: int) -> float:
    before, at, after = line[peak - 1], line[peak], line[(peak + 1) % len(line)]
    bend = before - 2 * at + after
    place = peak + (0.5 * (before - after) / bend if bend < 0 else 0.0)
    return float(place if place <= len(line) / 2 else place - len(line))


def _smooth(path: np.ndarray) -> np.ndarray:
    """Return the path as a moving mean; moments stay."""
    step = max(float(np.median(np.diff(path[:, 0]))), 1e-3)
    reach = max(1, round(_SMOOTH_SECONDS / step / 2))
    smooth = path.copy()
    for i in range(len(path)):
        # As far to both sides, so that a steady pan is its own mean.
        near = min(reach, i, len(path) - 1 - i)
        smooth[i, 1:] = path[i - near : i + near + 1, 1:].mean(axis=0)
    return smooth
