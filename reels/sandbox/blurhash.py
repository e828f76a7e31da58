"""A picture's colours in a line of text, to be shown until it is loaded.

The format is that of https://github.com/woltapp/blurhash/blob/master/Algorithm.md.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_ACROSS, _DOWN = 4, 4
_SIDE = 32


def blurhash(picture: Image.Image) -> str:
    """Return the blurhash of `picture`, of 4 by 4 waves: 36 characters."""
    small = np.asarray(picture.convert("RGB").resize((_SIDE, _SIDE)), dtype=np.float64) / 255
    linear = np.where(small <= 0.04045, small / 12.92, ((small + 0.055) / 1.055) ** 2.4)
    down, across = _waves(_DOWN), _waves(_ACROSS)
    colours = np.einsum("jy,ix,yxc->jic", down, across, linear) / _SIDE**2
    # All but the mean count twice.
    colours[1:] *= 2
    colours[0, 1:] *= 2
    mean, rest = colours[0, 0], colours.reshape(-1, 3)[1:]
    step = int(np.clip(np.floor(np.abs(rest).max() * 166 - 0.5), 0, 82))
    most = (step + 1) / 166
    signed = np.sign(rest) * np.sqrt(np.abs(rest) / most)
    levels = np.clip(np.floor(signed * 9 + 9.5), 0, 18).astype(int)
    red, green, blue = (int(level) for level in _display(mean))
    return (
        _digits((_ACROSS - 1) + (_DOWN - 1) * 9, 1)
        + _digits(step, 1)
        + _digits((red << 16) + (green << 8) + blue, 4)
        + "".join(_digits(int(r) * 361 + int(g) * 19 + int(b), 2) for r, g, b in levels)
    )


def _waves(count: int) -> NDArray[np.float64]:
    places = np.arange(_SIDE) / _SIDE
    return np.cos(np.pi * np.arange(count)[:, None] * places)


def _display(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    value = np.clip(linear, 0, 1)
    shown = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.floor(shown * 255 + 0.5)


def _digits(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83**place % 83] for place in reversed(range(length)))
