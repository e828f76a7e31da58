"""Trained models and what they predicted."""

from mlengine.models.insight import AccountInsight, Segment
from mlengine.models.slate import Slate
from mlengine.models.version import ModelVersion, TrainingRun

__all__ = ["AccountInsight", "ModelVersion", "Segment", "Slate", "TrainingRun"]
