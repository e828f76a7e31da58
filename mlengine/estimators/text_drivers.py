"""The words that drove a text's score: what each adds to the log-odds of a label."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

import numpy as np

from mlengine.estimators.text import LinearText
from mlengine.estimators.text_features import (
    LONGEST,
    character_hashes,
    character_hashes_apart,
    normalise,
    pair_hashes_apart,
    tokens,
    word_hashes,
    word_hashes_apart,
)

# How a reader calls what normalising writes for a link, a mention and words in capitals.
_CALLED = {"urlref": "(link)", "userref": "(mention)", "shoutref": "(capitals)"}
_PIECES = re.compile(r"\S+|\s+")


def word_shares(text: str, model: LinearText, label: str) -> dict[str, float]:
    """Return what each distinct word adds to the log-odds of the label, in the order of the text.

    A word adds what its own n-grams add, and half of what each pair with a neighbour adds.
    N-grams that stand in several words count in each, so the shares need not add to the score.
    Words are normalised; time grows linearly with the length.
    """
    words = tokens(normalise(text[:LONGEST])[:LONGEST])
    if not words:
        return {}
    column = model.labels.index(label)
    by_word, by_character = word_hashes(words).size ** -0.5, character_hashes(words).size ** -0.5
    distinct, pairs = list(dict.fromkeys(words)), list(dict.fromkeys(pairwise(words)))
    character, owners = character_hashes_apart(distinct)
    spelled = np.bincount(owners, model.weights_of(character, column), len(distinct))
    alone = model.weights_of(word_hashes_apart(distinct), column)
    shares = dict(zip(distinct, (by_word * alone + by_character * spelled).tolist(), strict=True))
    paired, places = pair_hashes_apart(pairs)
    added = by_word * np.bincount(places, model.weights_of(paired, column), len(pairs))
    for pair, share in zip(pairs, added.tolist(), strict=True):
        for word in pair:
            shares[word] += share / 2
    return {_CALLED.get(word, word): share for word, share in shares.items()}


def text_marks(text: str, words: Collection[str]) -> list[tuple[str, bool]]:
    """Cut the text into pieces, and say of each whether one of the normalised `words` is in it.

    The pieces joined are the text.

    >>> text_marks("You 1d10t, go", {"idiot"})
    [('You ', False), ('1d10t,', True), (' go', False)]
    """
    if not words:
        return [(text, False)] if text else []
    pieces: list[tuple[str, bool]] = []
    for piece in _PIECES.findall(text):
        found = {_CALLED.get(word, word) for word in tokens(normalise(piece))}
        is_marked = not found.isdisjoint(words)
        if pieces and not is_marked and not pieces[-1][1]:
            pieces[-1] = (pieces[-1][0] + piece, False)
        else:
            pieces.append((piece, is_marked))
    return pieces
