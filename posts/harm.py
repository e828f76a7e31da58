"""How bad it would be if a text were what it is said to be, in [0, 1].

What may cost somebody their safety stands above what hurts, and that above what annoys.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_OF_REASON = {
    "self_harm": 1.0,
    "violence": 0.9,
    "hate": 0.8,
    "sexual": 0.7,
    "harassment": 0.7,
    "misinformation": 0.5,
    "intellectual_property": 0.4,
    "spam": 0.3,
    "other": 0.3,
}
_OF_KIND = {
    "threat": 0.9,
    "hate": 0.8,
    "identity": 0.8,
    "sexual": 0.7,
    "nudity": 0.7,
    "toxicity": 0.6,
    "insult": 0.5,
    "offensive": 0.5,
    "spam": 0.3,
}
_OTHERWISE = 0.3


def harm_of_reason(reason: str) -> float:
    """Return the harm that a report's reason tells of.

    >>> harm_of_reason("violence"), harm_of_reason("spam")
    (0.9, 0.3)
    """
    return _OF_REASON.get(reason, _OTHERWISE)


def harm_of_flags(flags: Sequence[Mapping[str, Any]]) -> float:
    """Return the gravest of the flags' scores, each times the harm of its kind.

    >>> harm_of_flags([{"scores": {"threat": 0.5, "insult": 0.8}}, {"scores": {"spam": 1.0}}])
    0.45
    """
    worst = [
        _OF_KIND.get(kind, _OTHERWISE) * score
        for flag in flags
        for kind, score in flag.get("scores", {}).items()
    ]
    return max(worst, default=_OTHERWISE)
