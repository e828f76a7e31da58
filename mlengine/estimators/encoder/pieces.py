"""Cut a text into the word pieces that the encoder knows."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.text_features import spelled_join

START, PADDING, END, UNKNOWN = 0, 1, 2, 3
# What is read of a text: more than any post of 2,200 Latin characters needs in practice.
MOST_PIECES = 256
_LONGEST = 4_000
# Below the least likely piece, what stands for a letter that none covers.
_UNLIKELIER = 10.0
_NO_PIECE = (-np.inf, UNKNOWN)

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_MENTION = re.compile(r"(?<!\w)@\w+")
_ELONGATED = re.compile(r"(.)\1{3,}")
_SPACE = re.compile(r"\s+")


class CutsTexts(Protocol):
    """What cuts a text into pieces, each by its place in a vocabulary."""

    def ids(self, text: str) -> list[int]: ...


class Pieces:
    """Unigram word pieces (Kudo, ACL 2018, doi:10.18653/v1/P18-1007).

    Parameters
    ----------
    pieces : sequence of str
        Those at START, PADDING, END and UNKNOWN stand for no text. A space is written U+2581.
    scores : float32, shape (n_pieces,)
        Logarithm of each piece's probability.
    """

    def __init__(self, pieces: Sequence[str], scores: NDArray[np.float32]) -> None:
        numbers = scores.tolist()
        self._places = {
            piece: (number, at)
            for at, (piece, number) in enumerate(zip(pieces, numbers, strict=True))
            if at > UNKNOWN
        }
        self._longest = max(map(len, self._places))
        self._unknown = min(numbers) - _UNLIKELIER

    def ids(self, text: str) -> list[int]:
        """Return the places of the text's pieces, START first and END last; MOST_PIECES at most."""
        found = [START]
        for word in plain(text).split():
            found.extend(self._word(f"▁{word}"))
            if len(found) >= MOST_PIECES:
                break
        return [*found[: MOST_PIECES - 1], END]

    def _word(self, word: str) -> list[int]:
        """Return the likeliest pieces of the word: the best way to each of its places, in order."""
        best = [(0.0, 0, UNKNOWN)] + [(-np.inf, 0, UNKNOWN)] * len(word)
        for start in range(len(word)):
            so_far = best[start][0]
            for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                score, piece = self._places.get(word[start:end], _NO_PIECE)
                if so_far + score > best[end][0]:
                    best[end] = (so_far + score, start, piece)
            if so_far + self._unknown > best[start + 1][0]:
                best[start + 1] = (so_far + self._unknown, start, UNKNOWN)
        found: list[int] = []
        end = len(word)
        while end:
            _, end, piece = best[end]
            # What is unknown in a row is one unknown.
            if piece != UNKNOWN or not found or found[-1] != UNKNOWN:
                found.append(piece)
        return found[::-1]


def plain(text: str) -> str:
    """Return the text without its disguises: links and names masked, spelled-out words joined."""
    text = text[:_LONGEST].encode("utf-8", "replace").decode()
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _MENTION.sub("@user", _URL.sub("http", text))
    text = _ELONGATED.sub(r"\1\1\1", text)
    return _SPACE.sub(" ", spelled_join(text)).strip()
