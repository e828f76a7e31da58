"""Embeddings in four bits a weight: blocks of weights with a scale each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTH = 384
BLOCK = 32


def unpacked(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return weights as numbers, shape (n_rows, n_weights).

    `packed`, shape (n_rows, n_weights / 2), holds two weights a byte: of a block, the low halves
    come first. `scales` is of shape (n_rows, n_weights / BLOCK).
    """
    halves = packed.reshape(len(packed), -1, BLOCK // 2)
    whole = np.concatenate([halves & 15, halves >> 4], axis=2).astype(np.float32) - 8
    numbers = whole * scales[:, :, None].astype(np.float32)
    return numbers.reshape(len(packed), -1)
