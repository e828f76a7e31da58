"""Every model we train, by name. To add one: write a module here and list it."""

from mlengine.errors import UnknownModel
from mlengine.pipelines.base import Fitted, Judged, Pipeline, Split
from mlengine.pipelines.behaviour import Behaviour
from mlengine.pipelines.engagement import EngagementForecast
from mlengine.pipelines.feed import Feed
from mlengine.pipelines.finite import finite_expect
from mlengine.pipelines.gating import Decision, gate
from mlengine.pipelines.moderation import Moderation
from mlengine.pipelines.ranker import Ranker
from mlengine.pipelines.segments import AccountSegments
from mlengine.pipelines.virality import PostVirality

_LISTED: tuple[Pipeline, ...] = (
    Feed(),
    EngagementForecast(),
    PostVirality(),
    Behaviour(),
    AccountSegments(),
    Ranker(),
    Moderation(),
)
PIPELINES: dict[str, Pipeline] = {pipeline.name: pipeline for pipeline in _LISTED}


def pipeline_get(name: str) -> Pipeline:
    """Return the pipeline called `name`.

    :raises UnknownModel: naming those that exist.
    """
    if name not in PIPELINES:
        raise UnknownModel(f"No model {name!r}; known: {', '.join(sorted(PIPELINES))}.")
    return PIPELINES[name]


__all__ = [
    "PIPELINES",
    "Decision",
    "Fitted",
    "Judged",
    "Pipeline",
    "Split",
    "finite_expect",
    "gate",
    "pipeline_get",
]
