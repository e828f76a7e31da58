"""How loud sound is, as EBU R128 and ITU-R BS.1770-4 measure it, and where it is silent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reels.measures.changes import Span

SAMPLE_RATE = 48_000
# BS.1770-4, tables 1 and 2: the filters' coefficients at 48 kHz.
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (-1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
# After these many samples the response is below a millionth of its start.
_TAPS = 8192
_STEP = SAMPLE_RATE // 10
_STEPS_A_BLOCK = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
# So quiet for a second that nothing is heard.
_SILENT_BELOW = -60.0
_SILENT_SECONDS = 1.0
# BS.1770-4, table 3; the low-frequency channel is left out.
_WEIGHTS = {"BL": 1.41, "BR": 1.41, "SL": 1.41, "SR": 1.41, "LFE": 0.0, "LFE2": 0.0}


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS (None: nothing passes the gate), peak in dBFS, silent spans."""

    integrated_lufs: float | None
    peak_dbfs: float | None
    silent: list[Span]


class LoudnessMeter:
    """Takes sound as it is decoded; keeps one number for each tenth of a second.

    Parameters
    ----------
    channels
        ffmpeg's names of them: FL, FR, FC, LFE, BL, BR, SL, SR...
    """

    def __init__(self, channels: list[str]) -> None:
        self._weights = np.array([_WEIGHTS.get(name, 1.0) for name in channels])
        self._past = np.zeros((len(channels), _TAPS - 1), dtype=np.float32)
        self._waiting: list[np.ndarray] = []
        self._waiting_length = 0
        self._powers: list[np.ndarray] = []
        self._peak = 0.0

    def add(self, samples: np.ndarray) -> None:
        """Take float32 in [-1, 1] of shape (channels, samples), at 48 kHz."""
        self._waiting.append(np.nan_to_num(samples, posinf=0.0, neginf=0.0))
        self._waiting_length += samples.shape[1]
        if self._waiting_length >= SAMPLE_RATE:
            self._take()

    def result(self) -> Loudness:
        """Return what was heard so far; what is left of the last tenth of a second is dropped."""
        self._take()
        powers = np.concatenate(self._powers) if self._powers else np.zeros(0)
        peak = 20 * math.log10(self._peak) if self._peak > 0 else None
        return Loudness(_gated(powers), peak, _silent_spans(powers))

    def _take(self) -> None:
        if not self._waiting:
            return
        sound = np.concatenate(self._waiting, axis=1)
        whole = sound.shape[1] // _STEP * _STEP
        self._waiting, self._waiting_length = [sound[:, whole:]], sound.shape[1] - whole
        if not whole:
            return
        sound = sound[:, :whole]
        self._peak = max(self._peak, float(np.abs(sound).max()))
        heard = self._filtered(sound).reshape(len(sound), -1, _STEP)
        self._powers.append(self._weights @ (heard.astype(np.float64) ** 2).mean(axis=2))

    def _filtered(self, sound: np.ndarray) -> np.ndarray:
        """Return `sound` through both filters, going on where the last call ended."""
        joined = np.concatenate([self._past, sound], axis=1)
        self._past = joined[:, -(_TAPS - 1) :]
        size = 1 << (joined.shape[1] + _TAPS - 2).bit_length()
        product = np.fft.rfft(joined, size) * np.fft.rfft(_RESPONSE, size)
        return np.fft.irfft(product, size)[:, _TAPS - 1 : joined.shape[1]]


def _gated(powers: np.ndarray) -> float | None:
    """Return the loudness of all blocks of 0.4 s that pass both gates."""
    if len(powers) < _STEPS_A_BLOCK:
        return None
    blocks = np.convolve(powers, np.full(_STEPS_A_BLOCK, 1 / _STEPS_A_BLOCK), mode="valid")
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
    if not loud.size:
        return None
    loud = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE_GATE]
    return float(_lufs(loud.mean()))


def _silent_spans(powers: np.ndarray) -> list[Span]:
    silent = _lufs(powers) < _SILENT_BELOW
    edges = np.flatnonzero(np.diff(np.r_[False, silent, False].astype(np.int8))) / 10
    spans = [Span(float(a), float(b)) for a, b in edges.reshape(-1, 2)]
    return [span for span in spans if span.end - span.start >= _SILENT_SECONDS]


def _lufs(power: np.ndarray) -> np.ndarray:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-15)))


def _response() -> np.ndarray:
    """Return the impulse response of both filters, one after the other."""
    sound = np.zeros(_TAPS)
    sound[0] = 1.0
    for (b0, b1, b2), (a1, a2) in (_SHELF, _HIGH_PASS):
        out = np.zeros(_TAPS)
        for i in range(_TAPS):
            out[i] = b0 * sound[i]
            if i > 0:
                out[i] += b1 * sound[i - 1] - a1 * out[i - 1]
            if i > 1:
                out[i] += b2 * sound[i - 2] - a2 * out[i - 2]
        sound = out
    return sound.astype(np.float32)


_RESPONSE = _response()
