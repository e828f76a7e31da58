"""What one picture says of how it was taken and coded."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# Full black and full white keep no detail; a few levels of slack for what coding does to them.
_CLIPPED_DARK, _CLIPPED_BRIGHT = 8, 247
_NOISE_BLOCK = 16
_GRID = 8
# Steps between neighbours smaller than this are rounding: a flat picture has no blocks.
_LEAST_STEP = 0.25


@dataclass(frozen=True, slots=True)
class Look:
    """The measures of one picture; see the functions for units."""

    sharpness: float
    brightness: float
    dark_share: float
    bright_share: float
    contrast: float
    colourfulness: float
    noise: float
    blockiness: float


def look_at(rgb: np.ndarray, native_luma: np.ndarray) -> Look:
    """Return every measure: `rgb` at viewing size, `native_luma` a part of it unscaled.

    Noise and blocks vanish when a picture is scaled; all else is judged at one size.
    """
    luma = luma_of(rgb)
    brightness, dark, bright = exposure(luma)
    return Look(
        sharpness=sharpness(luma),
        brightness=brightness,
        dark_share=dark,
        bright_share=bright,
        contrast=contrast(luma),
        colourfulness=colourfulness(rgb),
        noise=noise(native_luma),
        blockiness=blockiness(native_luma),
    )


def luma_of(rgb: np.ndarray) -> np.ndarray:
    """Return the brightness of each pixel (ITU-R BT.601), float32 in [0, 255]."""
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.asarray(rgb.astype(np.float32) @ weights)


def sharpness(luma: np.ndarray) -> float:
    """Return the variance of the Laplacian: near 0 for blur, hundreds for fine detail.

    Pech-Pacheco et al. 2000, doi:10.1109/ICPR.2000.903548.
    """
    y = luma.astype(np.float32)
    cross = y[:-2, 1:-1] + y[2:, 1:-1] + y[1:-1, :-2] + y[1:-1, 2:]
    return float((cross - 4 * y[1:-1, 1:-1]).var())


def exposure(luma: np.ndarray) -> tuple[float, float, float]:
    """Return the mean brightness in [0, 1] and the shares of lost shadows and lost lights."""
    return (
        float(luma.mean()) / 255,
        float((luma <= _CLIPPED_DARK).mean()),
        float((luma >= _CLIPPED_BRIGHT).mean()),
    )


def contrast(luma: np.ndarray) -> float:
    """Return the standard deviation of brightness, in [0, 0.5] (RMS contrast)."""
    return float(luma.std()) / 255


def colourfulness(rgb: np.ndarray) -> float:
    """Return 0 for grey, about 33 for moderate and 80 and more for vivid colours.

    Hasler and Süsstrunk 2003, doi:10.1117/12.477378.
    """
    red, green, blue = (rgb[..., i].astype(np.float32) for i in range(3))
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = math.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * math.hypot(red_green.mean(), yellow_blue.mean()))


def noise(luma: np.ndarray) -> float:
    """Return the standard deviation of the noise in levels, where the picture is smooth.

    Immerkær 1996, doi:10.1006/cviu.1996.0060, in blocks of 16 x 16; the tenth part of them that
    varies least speaks, as texture looks like noise, and blocks near black or white hide it.
    """
    y = luma.astype(np.float32)
    rows = y[:-2] - 2 * y[1:-1] + y[2:]
    response = np.abs(rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:])
    blocks, levels = _block_means(response), _block_means(y[1:-1, 1:-1])
    fair = blocks[(levels > 24) & (levels < 231)]
    if not fair.size:
        return 0.0
    return float(np.percentile(fair, 10) * math.sqrt(math.pi / 2) / 6)


def blockiness(luma: np.ndarray) -> float:
    """Return by how much the steps across the lines of an 8 x 8 grid exceed the others.

    0 without blocks, 1 where the steps are twice as large. After Wang, Sheikh and Bovik 2002,
    doi:10.1109/ICIP.2002.1038064. The grid is that of the array's first row and column.
    """
    y = luma.astype(np.float32)
    return (_grid_excess(np.diff(y, axis=1).T) + _grid_excess(np.diff(y, axis=0))) / 2


def _grid_excess(steps: np.ndarray) -> float:
    """Return it for steps of shape (steps, across)."""
    sizes = np.abs(steps).mean(axis=1)
    on_grid = np.arange(len(sizes)) % _GRID == _GRID - 1
    if on_grid.all() or not on_grid.any():
        return 0.0
    usual = max(float(sizes[~on_grid].mean()), _LEAST_STEP)
    return max(0.0, float(sizes[on_grid].mean()) / usual - 1)


def _block_means(values: np.ndarray) -> np.ndarray:
    height, width = (side // _NOISE_BLOCK * _NOISE_BLOCK for side in values.shape)
    shape = (height // _NOISE_BLOCK, _NOISE_BLOCK, width // _NOISE_BLOCK, _NOISE_BLOCK)
    return np.asarray(values[:height, :width].reshape(shape).mean(axis=(1, 3)))
