"""Trained models and what they predicted."""

from mlengine.models.forecast import PostForecast
from mlengine.models.insight import AccountInsight
from mlengine.models.seen import SeenPosts
from mlengine.models.segment import (
    Segment,
    SegmentFormation,
    SegmentMembership,
    SegmentSize,
)
from mlengine.models.similar import SimilarPosts
from mlengine.models.slate import Slate
from mlengine.models.version import ModelVersion, TrainingRun

__all__ = [
    "AccountInsight",
    "ModelVersion",
    "PostForecast",
    "SeenPosts",
    "Segment",
    "SegmentFormation",
    "SegmentMembership",
    "SegmentSize",
    "SimilarPosts",
    "Slate",
    "TrainingRun",
]
