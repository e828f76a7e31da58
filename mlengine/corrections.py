"""The door to what this deployment's moderators taught the text models."""

from mlengine.estimators.text_correction import TextCorrection
from mlengine.registry import artifact_load

# The model of `mlengine.pipelines.moderation`.
NAME = "moderation"


def correction_live() -> TextCorrection | None:
    """Return the live correction, or None where none proved better than the models that ship.

    At most one query in five seconds a process.
    """
    loaded = artifact_load(NAME, TextCorrection.load)
    return loaded.model if loaded else None
