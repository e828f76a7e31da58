"""What was predicted earlier, to be read inside a request. Loads no numerical library."""

from mlengine.predictions.insights import (
    StoredInsight,
    StoredSimilar,
    insight_of,
    segment_of,
    similar_to,
)
from mlengine.predictions.live import model_summaries, training_last
from mlengine.predictions.slates import (
    NEWEST,
    SLATE_SECONDS,
    StoredSlate,
    opening_command,
    shared_name,
    slate_by_id,
    slate_decode,
    slate_encode,
    slate_for,
    slate_name,
    slate_shared,
)
from mlengine.predictions.whys import why

__all__ = [
    "NEWEST",
    "SLATE_SECONDS",
    "StoredInsight",
    "StoredSimilar",
    "StoredSlate",
    "insight_of",
    "model_summaries",
    "opening_command",
    "segment_of",
    "shared_name",
    "similar_to",
    "slate_by_id",
    "slate_decode",
    "slate_encode",
    "slate_for",
    "slate_name",
    "slate_shared",
    "training_last",
    "why",
]
