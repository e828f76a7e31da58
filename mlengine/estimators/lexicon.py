"""Word lists that stand in when the trained text models cannot be read."""

from __future__ import annotations

import re

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

# VADER's own threshold between neutral and not (Hutto and Gilbert 2014).
_NEUTRAL_BELOW = 0.05
# It is quadratic in the number of words, and writes an emoji out as up to seven of them.
_LONGEST = 2200
_MOST_EMOJI = 100

_WORD = re.compile(r"[^\W\d_]+")
_ABUSE_WORDS = """
asshole bastard bitch bullshit cunt dick dumbass fag faggot fuck fucked fucker fucking idiot
moron motherfucker nigger retard scum shit shithead slut stupid twat wanker whore arschloch
hurensohn scheisse puta mierda cabron pendejo merde connard salope putain stronzo cazzo
puttana merda porra caralho chutiya madarchod
"""
_ABUSE = frozenset(_ABUSE_WORDS.split())
_BAIT_WORDS = """
bonus cash claim click discount free guaranteed prize promo subscribe txt urgent voucher
winner won www
"""
_BAIT = frozenset(_BAIT_WORDS.split())


class Lexicon:
    """Sentiment, toxicity and spam from word lists alone.

    References
    ----------
    Hutto and Gilbert, "VADER", ICWSM 2014, doi:10.1609/icwsm.v8i1.14550
    """

    def __init__(self) -> None:
        self._vader = SentimentIntensityAnalyzer()

    def sentiment(self, text: str) -> dict[str, float]:
        """Return the probability of negative, neutral and positive; they add to one.

        Neutral is the likeliest exactly where VADER's compound is nearer to zero than 0.05.
        """
        compound = self._vader.polarity_scores(self._bounded(text))["compound"]
        neutral = 0.5 ** (abs(compound) / _NEUTRAL_BELOW)
        sides = {"negative": 0.0, "neutral": neutral, "positive": 0.0}
        sides["positive" if compound > 0 else "negative"] = 1 - neutral
        return sides

    def toxicity(self, text: str) -> float:
        """Return a score in [0, 1) that grows with the number of words of abuse."""
        return _saturated(text, _ABUSE, each=0.4)

    def spam(self, text: str) -> float:
        """Return a score in [0, 1) that grows with the number of words of bait."""
        return _saturated(text, _BAIT, each=0.75)

    def listed(self, text: str, kind: str) -> list[str]:
        """Return the distinct words that "toxicity" or "spam" counts; no other kind has a list."""
        listed = {"toxicity": _ABUSE, "spam": _BAIT}.get(kind, frozenset())
        words = _WORD.findall(text[:_LONGEST].casefold())
        return [word for word in dict.fromkeys(words) if word in listed]

    def _bounded(self, text: str) -> str:
        """Return the start of the text, without the emoji that follow the first hundred."""
        left = iter(range(_MOST_EMOJI))
        emojis = self._vader.emojis
        return "".join(
            c for c in text[:_LONGEST] if c not in emojis or next(left, None) is not None
        )


def _saturated(text: str, listed: frozenset[str], *, each: float) -> float:
    found = sum(word in listed for word in _WORD.findall(text[:_LONGEST].casefold()))
    return 1 - each**found
