"""The door to the second look at a text, which a worker takes after the request has answered.

Loads the encoder and its runtime, about 100 MB a process, at the first text.
"""

import logging
from collections.abc import Sequence
from threading import Lock

from mlengine.errors import ArtifactError
from mlengine.estimators.text_analyst import WEIGHTS, TextInsights
from mlengine.estimators.text_correction import TextCorrection
from mlengine.estimators.text_reviser import TextReviser

__all__ = ["texts_revised"]

_logger = logging.getLogger(__name__)
_loading = Lock()
_loaded: list[TextReviser | None] = []


def texts_revised(
    texts: Sequence[str], correction: TextCorrection | None = None
) -> list[TextInsights] | None:
    """Return what the n-grams and the encoder together say of each text, in order.

    None where the encoder's weights cannot be read: the first verdict stands then. Tens of
    milliseconds a text; of a long one the first 256 word pieces count.
    """
    reviser = _reviser()
    return reviser.insights(texts, correction) if reviser else None


def _reviser() -> TextReviser | None:
    with _loading:
        if not _loaded:
            try:
                _loaded.append(TextReviser.load(WEIGHTS))
            except ArtifactError as error:
                _logger.error("The text encoder is out of use, first verdicts stand: %s", error)
                _loaded.append(None)
        return _loaded[0]
