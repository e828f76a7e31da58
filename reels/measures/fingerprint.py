"""A fingerprint of how a video sounds, that coding, volume, trimming and some noise leave alone.

Peaks of the spectrogram are what survives (Wang 2003, "An Industrial-Strength Audio Search
Algorithm", ISMIR). Three near each other, by their pitches and the time between them, are a hash:
pairs, as there, meet by chance so often that a search among millions would be slow.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

SAMPLE_RATE = 8_000
STEP_SECONDS = 0.016
# So many hashes at most, of the first seconds; a trimmed copy of the same sound keeps its own.
MOST_HASHES = 1024
MOST_SECONDS = 180
# With fewer there is nothing to recognise: silence, a beep.
LEAST_HASHES = 32

_STEP, _WINDOW = 128, 1024
# A peak is the highest within these steps and frequencies (of 7.8 Hz) to either side.
_STEPS_AROUND, _BINS_AROUND = 6, 10
_PEAKS_A_SECOND = 24
# Below 31 Hz there is hum, and below -80 dBFS nothing that anybody hears.
_LOWEST_BIN, _FAINTEST = 4, 10 ** (-80 / 20) * _WINDOW / 4
# A peak is joined with pairs of the next ones, from 64 ms to 2 s and at most 490 Hz away.
_NEXT, _NEAREST_STEPS, _FURTHEST_STEPS, _FURTHEST_BINS = 6, 4, 126, 63
# Steps between peaks are told in fours, as a copy is cut into other steps.
_COARSE = 4
# Hashes are kept for each second, and so many of what is short.
_HASHES_A_SECOND, _HASHES_OF_SHORT = 16, 128
_FRAMES_AT_ONCE = 1024
_DIGITS = 12


class Fingerprinter:
    """Takes sound as it is decoded, and gives its fingerprint."""

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []
        self._left = MOST_SECONDS * SAMPLE_RATE

    def add(self, samples: np.ndarray) -> None:
        """Take float32 in [-1, 1] of shape (samples,), one channel at 8 kHz."""
        taken = samples[: self._left]
        self._left -= len(taken)
        self._parts.append(np.nan_to_num(taken, posinf=0.0, neginf=0.0))

    def result(self) -> np.ndarray:
        """Return int64 of shape (hashes, 2): each hash in [0, 2^31), and the step it begins at.

        None where there is too little to recognise. Of more hashes than are kept those stay whose
        numbers are smallest: the same ones in every copy.
        """
        sound = np.concatenate([*self._parts, np.zeros(0, np.float32)])
        found = _hashes(_peaks(_spectrogram(sound)))
        seconds = len(sound) / SAMPLE_RATE
        kept = min(MOST_HASHES, max(_HASHES_OF_SHORT, round(_HASHES_A_SECOND * seconds)))
        return found[:kept] if len(found) >= LEAST_HASHES else found[:0]


def fingerprint_text(hashes: np.ndarray) -> str:
    """Return the fingerprint as hexadecimal digits, 12 of each hash."""
    return "".join(f"{value:08x}{step:04x}" for value, step in hashes.tolist())


def fingerprint_parse(text: str) -> np.ndarray:
    """Return the fingerprint that `fingerprint_text` wrote."""
    words = [text[i : i + _DIGITS] for i in range(0, len(text), _DIGITS)]
    rows = [(int(word[:8], 16), int(word[8:], 16)) for word in words]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _spectrogram(sound: np.ndarray) -> np.ndarray:
    """Return magnitudes of shape (steps, frequencies)."""
    if len(sound) < _WINDOW:
        return np.zeros((0, _WINDOW // 2 + 1), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_STEP]
    shape = np.hanning(_WINDOW)
    parts = [
        np.abs(np.fft.rfft(windows[i : i + _FRAMES_AT_ONCE] * shape)).astype(np.float32)
        for i in range(0, len(windows), _FRAMES_AT_ONCE)
    ]
    return np.concatenate(parts)


def _peaks(magnitudes: np.ndarray) -> np.ndarray:
    """Return (step, frequency) of the loudest peaks of each second, in order of time."""
    if not len(magnitudes):
        return np.zeros((0, 2), np.int64)
    magnitudes[:, :_LOWEST_BIN] = 0.0
    highest = _highest_around(_highest_around(magnitudes, _BINS_AROUND, 1), _STEPS_AROUND, 0)
    steps, bins = np.nonzero((magnitudes == highest) & (magnitudes > _FAINTEST))
    seconds = steps * _STEP // SAMPLE_RATE
    order = np.lexsort((-magnitudes[steps, bins], seconds))
    first_of_second = np.searchsorted(seconds[order], seconds[order])
    kept = np.sort(order[np.arange(len(order)) - first_of_second < _PEAKS_A_SECOND])
    return np.stack([steps[kept], bins[kept]], axis=1)


def _highest_around(values: np.ndarray, reach: int, axis: int) -> np.ndarray:
    padding = [(0, 0), (0, 0)]
    padding[axis] = (reach, reach)
    padded = np.pad(values, padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=axis)
    return np.asarray(windows.max(axis=-1))


def _hashes(peaks: np.ndarray) -> np.ndarray:
    """Return each hash with its step, the smallest hash first, none twice."""
    found = np.array(list(_joined(peaks.tolist())), dtype=np.uint64).reshape(-1, 2)
    hashes = np.stack([_mixed(found[:, 0]), found[:, 1].astype(np.int64)], axis=1)
    return np.unique(hashes, axis=0)


def _joined(peaks: list[list[int]]) -> Iterator[tuple[int, int]]:
    """Yield the number that each three peaks make, and the step of the first of them."""
    for place, (step, pitch) in enumerate(peaks):
        near: list[tuple[int, int]] = []
        for other_step, other_pitch in peaks[place + 1 :]:
            apart = other_step - step
            if apart > _FURTHEST_STEPS or len(near) == _NEXT:
                break
            if apart >= _NEAREST_STEPS and abs(other_pitch - pitch) <= _FURTHEST_BINS:
                near.append((other_pitch - pitch, apart // _COARSE))
        for i, (interval, wait) in enumerate(near):
            for later_interval, later_wait in near[i + 1 :]:
                # A tone that lasts is the same everywhere.
                if max(abs(interval), abs(later_interval)) > 1:
                    number = (pitch << 7 | interval + _FURTHEST_BINS) << 5 | wait
                    yield (number << 7 | later_interval + _FURTHEST_BINS) << 5 | later_wait, step


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Return numbers in [0, 2^31) that are as good as random: the last steps of SplitMix64."""
    mixed = numbers
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed >> np.uint64(33)).astype(np.int64)
