"""The door to what is computed within a request: texts a person has just written.

Loads numpy and the small models of mlengine/weights, once a process, at the first text.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from string import punctuation
from threading import Lock

from mlengine.errors import ArtifactError
from mlengine.estimators.text_analyst import WEIGHTS, LexiconAnalyst, TextAnalyst, TextInsights
from mlengine.estimators.text_correction import TextCorrection
from mlengine.estimators.text_drivers import text_marks

__all__ = [
    "TextInsights",
    "text_drivers",
    "text_insights",
    "text_marks",
    "texts_insights",
]

_logger = logging.getLogger(__name__)
# Of the share of the strongest word: weaker ones are words that stand in any text.
_DRIVES_FROM = 0.4
_loading = Lock()
_loaded: dict[Path, TextAnalyst | LexiconAnalyst] = {}


def text_insights(text: str, correction: TextCorrection | None = None) -> TextInsights:
    """Return language, sentiment, emotion, toxicity, spam and quality of the text.

    `correction` is what this deployment's moderators taught: `mlengine.corrections` has it.

    Never fails: without readable weights the answer comes from word lists and says so in
    `model`. Blank text is neutral. Time grows linearly with the length.
    """
    return _analyst().insights(text, correction)


def texts_insights(
    texts: Iterable[str], correction: TextCorrection | None = None
) -> list[TextInsights]:
    """Return the insights of each text, in order."""
    analyst = _analyst()
    return [analyst.insights(text, correction) for text in texts]


def text_drivers(text: str, *, kind: str, limit: int = 5) -> dict[str, float]:
    """Return the words that speak most for `kind`, and what each adds to its log-odds.

    `kind` is "toxicity", "spam" or a kind of toxicity. Strongest first, none that adds less than
    two fifths of what the first does, normalised as the models read them: `text_marks` finds them
    in the text. Empty where no word speaks for it. Time grows linearly with the length.
    """
    shares = _analyst().word_shares(text, kind)
    words = [one for one in shares.items() if one[0] not in punctuation]
    strongest = sorted(words, key=lambda share: -share[1])[:limit]
    least = max(0.0, strongest[0][1] * _DRIVES_FROM) if strongest else 0.0
    return {word: round(share, 4) for word, share in strongest if share > 0 and share >= least}


def _analyst() -> TextAnalyst | LexiconAnalyst:
    found = _loaded.get(WEIGHTS)
    if found is None:
        with _loading:
            found = _loaded.get(WEIGHTS) or _load(WEIGHTS)
            _loaded[WEIGHTS] = found
    return found


def _load(folder: Path) -> TextAnalyst | LexiconAnalyst:
    try:
        return TextAnalyst.load(folder)
    except ArtifactError as error:
        _logger.error("Text models are out of use, word lists stand in: %s", error)
        return LexiconAnalyst()
