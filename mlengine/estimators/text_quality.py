"""How well a post is made, whatever it says: a stated formula, no model."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# The weights add to one. Repetition weighs most: it is what copied and padded posts share.
WEIGHTS = {
    "length": 0.20,
    "readability": 0.15,
    "repetition": 0.25,
    "caps": 0.10,
    "links": 0.15,
    "hashtags": 0.15,
}

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HASHTAG = re.compile(r"#\w+")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟]+")

# A caption says something from about eight words on; CJK says it in fewer letters.
_ENOUGH_LETTERS = 40
# Sentences longer than this are hard to read (plain-language guides ask for 15-20 words).
_LONG_SENTENCE = 25
# People tag up to five topics; beyond that tags are bait.
_FAIR_HASHTAGS = 5


@dataclass(frozen=True, slots=True)
class Quality:
    """A score in [0, 1] and the parts, each in [0, 1], of which it is the weighted mean."""

    score: float
    parts: dict[str, float]


# What a text without words gets: nothing speaks for or against it.
NEUTRAL_QUALITY = Quality(0.5, {})


def text_quality(text: str) -> Quality:
    """Return the quality of the text; one part per weight, higher is better."""
    tags = len(_HASHTAG.findall(text))
    links = len(_LINK.findall(text))
    prose = _HASHTAG.sub(" ", _LINK.sub(" ", text))
    words = _WORD.findall(prose)
    letters = sum(map(len, words))
    if not words and not tags and not links:
        return NEUTRAL_QUALITY
    parts = {
        "length": min(1.0, letters / _ENOUGH_LETTERS),
        "readability": _readability(prose, words),
        "repetition": _variety(words),
        "caps": _calm(words, letters),
        "links": max(0.0, 1 - links / 3),
        "hashtags": 1.0 if tags <= _FAIR_HASHTAGS else max(0.0, 1 - (tags - _FAIR_HASHTAGS) / 10),
    }
    return Quality(sum(WEIGHTS[name] * part for name, part in parts.items()), parts)


def _readability(prose: str, words: list[str]) -> float:
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(prose)))
    per_sentence = len(words) / sentences
    return min(1.0, _LONG_SENTENCE / per_sentence)


def _variety(words: list[str]) -> float:
    """Return the share of distinct words, after Guiraud corrected for length."""
    if not words:
        return 0.0
    distinct = len({word.casefold() for word in words})
    # Any long text repeats words: root counts compare a caption with a paragraph.
    return min(1.0, distinct / len(words) * math.sqrt(max(1.0, len(words) / 20)))


def _calm(words: list[str], letters: int) -> float:
    capitals = sum(letter.isupper() for word in words if len(word) > 1 for letter in word)
    return 1 - max(0.0, capitals / max(letters, 1) - 0.3) / 0.7
