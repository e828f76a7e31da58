"""What a text, a moment and an author's past say of a post, as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.words import words_of

FEATURES = (
    "author_posts",
    "author_median",
    "author_recent",
    "author_spread",
    "author_best",
    "characters",
    "words",
    "hashtags",
    "mentions",
    "links",
    "questions",
    "exclamations",
    "capitals_share",
    "digits_share",
    "emoji",
    "hour_sine",
    "hour_cosine",
    "weekday",
    "words_say",
)

_IMAGINED = 3
# Newer posts of the author that count as their recent form.
_RECENT = 5
_LINK = re.compile(r"https?://|www\.")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def author_level(past: Sequence[float], *, usual: float) -> float:
    """Return what an author usually earns, as log(1 + outcome), from the outcomes in `past`.

    A few outcomes say little: three more posts that earned what is `usual` are imagined.
    """
    return (float(np.log1p(past).sum()) + _IMAGINED * usual) / (len(past) + _IMAGINED)


def post_features(
    text: str, *, past: Sequence[float], at: float | None, words_say: float, usual: float
) -> NDArray[np.float64]:
    """Return the numbers of one post before it is published, in the order of FEATURES.

    `past` holds outcomes of the author's earlier posts, oldest first, on any scale; `usual` is
    what stands in for them where there are none. `at` is the moment of posting in seconds since
    1970, `words_say` what a model of the words alone expects. Counts enter as log(1 + count).
    """
    history = np.log1p(np.asarray(past, dtype=np.float64)) if len(past) else np.array([usual])
    letters = max(len(text), 1)
    hour = datetime.fromtimestamp(at, UTC) if at is not None else None
    angle = 2 * math.pi * (hour.hour + hour.minute / 60) / 24 if hour else 0.0
    return np.array(
        [
            math.log1p(len(past)),
            float(np.median(history)),
            float(history[-_RECENT:].mean()),
            float(history.std()),
            float(history.max()),
            math.log1p(len(text)),
            math.log1p(len(words_of(text))),
            math.log1p(text.count("#")),
            math.log1p(text.count("@")),
            math.log1p(len(_LINK.findall(text))),
            math.log1p(text.count("?")),
            math.log1p(text.count("!")),
            sum(letter.isupper() for letter in text) / letters,
            sum(letter.isdigit() for letter in text) / letters,
            math.log1p(len(_EMOJI.findall(text))),
            math.sin(angle),
            math.cos(angle) if hour else 0.0,
            float(hour.weekday()) if hour else -1.0,
            words_say,
        ]
    )
