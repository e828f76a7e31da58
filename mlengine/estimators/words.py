"""Words of a caption, and their weights: TF-IDF without a library."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_WORD = re.compile(r"#?\w+")
# One letter of a script that writes no blanks between words (Thai, kana, Han, Hangul).
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Longer "words" are links and noise; a bound keeps a hostile caption from filling the vocabulary.
_LONGEST = 40
_PART_LENGTHS = (2, 3, 4, 5)


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a caption; hashtags also count as words of their own.

    Scripts without blanks are cut into overlapping pairs of characters.

    >>> words_of("My #Cat, again!")
    ['my', '#cat', 'cat', 'again']
    """
    found: list[str] = []
    is_ascii = text.isascii()
    whole = text if is_ascii else unicodedata.normalize("NFKC", text)
    for word in _WORD.findall(whole.casefold()):
        is_tag = word[0] == "#"
        plain = word[1 : _LONGEST + 1] if is_tag else word[:_LONGEST]
        if is_tag:
            found.append("#" + plain)
        if not is_ascii and len(plain) > 2 and _UNSPACED.search(plain):
            found.extend(plain[i : i + 2] for i in range(len(plain) - 1))
        else:
            found.append(plain)
    return found


def pieces_of(text: str) -> list[str]:
    """Return the words of a caption, its pairs of neighbouring words, and the parts of its words.

    A part is two to five letters in a row, blanks at the ends of a word included: what words
    share that are written or inflected otherwise.

    >>> pieces_of("a cat")[:9]
    ['a', 'cat', 'a cat', '< a', '<a ', '< a ', '< c', '<ca', '<at']
    """
    words = words_of(text)
    pairs = [f"{one} {next_}" for one, next_ in pairwise(words)]
    return words + pairs + [part for word in words for part in _parts(f" {word} ")]


def _parts(word: str) -> list[str]:
    return [
        "<" + word[start : start + length]
        for length in _PART_LENGTHS
        for start in range(len(word) - length + 1)
    ]


def vocabulary_of(
    texts: Iterable[Sequence[str]], *, minimum: int, maximum: int, limit: int
) -> tuple[list[str], NDArray[np.float32]]:
    """Return the terms in `minimum` to `maximum` texts, sorted, and their inverse frequencies.

    A text is given as its terms.

    Only the `limit` most widespread are kept, ties alphabetically. The inverse frequency is
    1 + log((1 + texts) / (1 + texts with the word)), smoothed as by Salton and Buckley (1988),
    doi:10.1016/0306-4573(88)90021-0.
    """
    spread: Counter[str] = Counter()
    total = 0
    for terms in texts:
        spread.update(set(terms))
        total += 1
    common = [word for word, count in spread.items() if minimum <= count <= maximum]
    words = sorted(sorted(common, key=lambda word: (-spread[word], word))[:limit])
    counts = np.array([spread[word] for word in words], dtype=np.float64)
    return words, (1.0 + np.log((1.0 + total) / (1.0 + counts))).astype(np.float32)


def word_vectors(
    texts: Iterable[Sequence[str]], place: dict[str, int], inverse: NDArray[np.float32]
) -> sparse.csr_matrix:
    """Return unit TF-IDF rows, shape (n_texts, n_words), terms counted as 1 + log(count).

    A text is given as its terms. `place` maps a term to its column; terms outside it are passed
    over, and a text without any known term is a row of zeros.
    """
    pointers, columns, counts = [0], array("i"), array("i")
    for terms in texts:
        found = Counter(place[word] for word in terms if word in place)
        ordered = sorted(found)
        columns.extend(ordered)
        counts.extend(found[column] for column in ordered)
        pointers.append(len(columns))
    column = np.array(columns, dtype=np.int32)
    weight = (1.0 + np.log(np.array(counts, dtype=np.float64))) * inverse[column]
    total = len(pointers) - 1
    row = np.repeat(np.arange(total), np.diff(pointers))
    length = np.sqrt(np.bincount(row, weight**2, minlength=total))
    return sparse.csr_matrix(
        ((weight / length[row]).astype(np.float32), column, np.array(pointers)),
        shape=(total, len(place)),
        dtype=np.float32,
    )
