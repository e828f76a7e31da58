"""The door to what is computed within a request: texts a person has just written.

Loads numpy and the small models of mlengine/weights, once a process, at the first text.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from mlengine.errors import ArtifactError
from mlengine.estimators.text_analyst import WEIGHTS, LexiconAnalyst, TextAnalyst, TextInsights

__all__ = ["TextInsights", "text_insights", "texts_insights"]

_logger = logging.getLogger(__name__)
_loading = Lock()
_loaded: dict[Path, TextAnalyst | LexiconAnalyst] = {}


def text_insights(text: str) -> TextInsights:
    """Return language, sentiment, emotion, toxicity, spam and quality of the text.

    Never fails: without readable weights the answer comes from word lists and says so in
    `model`. Blank text is neutral. Time grows linearly with the length.
    """
    return _analyst().insights(text)


def texts_insights(texts: Iterable[str]) -> list[TextInsights]:
    """Return the insights of each text, in order."""
    analyst = _analyst()
    return [analyst.insights(text) for text in texts]


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
