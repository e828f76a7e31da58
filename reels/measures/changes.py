"""What changes from picture to picture: cuts, black and frozen spans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# PySceneDetect's adaptive detector uses a window of two and a ratio of three.
_WINDOW = 2
_CUT_RATIO = 3.0
# Mean change a channel, in levels, below which nothing is a cut; the smallest among the cuts of
# the clips that were looked at by eye is 14, on a picture of which half stands still.
_CUT_LEAST = 8.0
_CUTS_APART = 0.25
# ffmpeg's blackdetect: 98 % of the picture below a tenth of full brightness.
_BLACK_BELOW, _BLACK_SHARE = 25.5, 0.98
_BLACK_SECONDS = 0.2
# Levels away from the first picture of the span; coding a still picture moves it less.
_FROZEN_WITHIN = 0.5
_FROZEN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """From the first picture of it to the one after the last."""

    start: float
    end: float


def change_between(before: np.ndarray, after: np.ndarray) -> float:
    """Return the mean change of hue, saturation and value, in levels of 0 to 255.

    Both are of `hue_saturation_value`. A change of hue counts as far as both sides have colour:
    the hue of grey is noise.
    """
    gap = np.abs(before - after)
    turn = np.minimum(gap[..., 0], 256 - gap[..., 0])
    colour = np.minimum(before[..., 1], after[..., 1]) / 255
    return float((turn * colour + gap[..., 1] + gap[..., 2]).mean() / 3)


def hue_saturation_value(rgb: np.ndarray) -> np.ndarray:
    """Return float32 of the same shape, each channel in [0, 256); hue goes round."""
    colours = rgb.astype(np.float32)
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    value = colours.max(axis=-1)
    chroma = value - colours.min(axis=-1)
    some = np.maximum(chroma, 1e-6)
    sixth = np.where(
        value == red,
        (green - blue) / some % 6,
        np.where(value == green, (blue - red) / some + 2, (red - green) / some + 4),
    )
    saturation = 255 * chroma / np.maximum(value, 1e-6)
    return np.stack([np.where(chroma > 0, sixth * (256 / 6), 0), saturation, value], axis=-1)


def cuts_in(times: np.ndarray, changes: np.ndarray) -> list[float]:
    """Return when new scenes begin.

    `changes[i]` is the change from picture i - 1 to i at `times[i]`, the first being 0. A cut
    stands out from the two changes before it and the two after: motion and shaking last longer.
    """
    cuts: list[float] = []
    for i in range(1, len(changes)):
        around = np.r_[changes[max(1, i - _WINDOW) : i], changes[i + 1 : i + 1 + _WINDOW]]
        usual = max(float(around.mean()), 1.0) if around.size else 1.0
        stands_out = changes[i] >= _CUT_LEAST and changes[i] >= _CUT_RATIO * usual
        if stands_out and (not cuts or times[i] - cuts[-1] >= _CUTS_APART):
            cuts.append(float(times[i]))
    return cuts


def is_black(luma: np.ndarray) -> bool:
    """Return whether there is nothing to be seen."""
    return bool((luma < _BLACK_BELOW).mean() >= _BLACK_SHARE)


def black_spans(times: np.ndarray, blacks: np.ndarray, end: float) -> list[Span]:
    """Return where the picture stays black for a fifth of a second and longer."""
    return [span for span in _runs(times, blacks, end) if span.end - span.start >= _BLACK_SECONDS]


class FreezeFinder:
    """Finds where the picture stays the same for a second and longer.

    A picture is compared with the first of its span, not with the last one: slow motion adds up.
    """

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._first: np.ndarray | None = None
        self._start = 0.0

    def add(self, moment: float, luma: np.ndarray) -> None:
        if self._first is None or np.abs(luma - self._first).mean() > _FROZEN_WITHIN:
            self.finish(moment)
            self._first, self._start = luma, moment

    def finish(self, end: float) -> None:
        """Close the span that is open."""
        if self._first is not None and end - self._start >= _FROZEN_SECONDS:
            self.spans.append(Span(self._start, end))
        self._first = None


def _runs(times: np.ndarray, marks: np.ndarray, end: float) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.r_[False, marks, False].astype(np.int8)))
    moments = np.r_[times, end]
    return [Span(float(moments[a]), float(moments[b])) for a, b in edges.reshape(-1, 2)]
