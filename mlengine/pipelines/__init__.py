"""Every model we train, by name. To add one: write a module here and list it."""

from mlengine.errors import UnknownModel
from mlengine.pipelines.base import Decision, Judged, Pipeline, Split, gate
from mlengine.pipelines.behaviour import Behaviour
from mlengine.pipelines.engagement import EngagementForecast
from mlengine.pipelines.feed import Feed
from mlengine.pipelines.segments import AccountSegments

_LISTED: tuple[Pipeline, ...] = (
    Feed(),
    EngagementForecast(),
    Behaviour(),
    AccountSegments(),
)
PIPELINES: dict[str, Pipeline] = {pipeline.name: pipeline for pipeline in _LISTED}


def pipeline_get(name: str) -> Pipeline:
    """Return the pipeline called `name`.

    :raises UnknownModel: naming those that exist.
    """
    if name not in PIPELINES:
        raise UnknownModel(f"No model {name!r}; known: {', '.join(sorted(PIPELINES))}.")
    return PIPELINES[name]


__all__ = ["PIPELINES", "Decision", "Judged", "Pipeline", "Split", "gate", "pipeline_get"]
