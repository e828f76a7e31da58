"""The words that drove a text's score: what each adds to the log-odds of a label."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from mlengine.estimators.text import LinearText
from mlengine.estimators.text_features import (
    LONGEST,
    character_hashes,
    normalise,
    tokens,
    word_hashes,
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
    alone = {
        word: by_word * model.weight_sum(word_hashes([word]), column)
        for word in dict.fromkeys(words)
    }
    shares = {
        word: share + by_character * model.weight_sum(character_hashes([word]), column)
        for word, share in alone.items()
    }
    for pair in dict.fromkeys(pairwise(words)):
        together = by_word * model.weight_sum(word_hashes([*pair]), column)
        added = together - sum(alone[word] for word in set(pair))
        for word in pair:
            shares[word] += added / 2
    return {_CALLED.get(word, word): share for word, share in shares.items()}


def text_marks(text: str, words: Collection[str]) -> list[tuple[str, bool]]:
    """Cut the text into pieces, and say of each whether one of the normalised `words` is in it.

    The pieces joined are the text.

    >>> text_marks("You 1d10t, go", {"idiot"})
    [('You ', False), ('1d10t,', True), (' go', False)]
    """
    pieces: list[tuple[str, bool]] = []
    for piece in _PIECES.findall(text):
        found = {_CALLED.get(word, word) for word in tokens(normalise(piece))}
        is_marked = not found.isdisjoint(words)
        if pieces and not is_marked and not pieces[-1][1]:
            pieces[-1] = (pieces[-1][0] + piece, False)
        else:
            pieces.append((piece, is_marked))
    return pieces
