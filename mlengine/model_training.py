"""One model: trained, judged, and stored with the gate's verdict."""

import math
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import structlog
from django.db import transaction

from mlengine.errors import ArtifactError, MLError, TooLittleData
from mlengine.models import ModelVersion
from mlengine.pipelines import Decision, Fitted, Judged, Pipeline, Split, finite_expect, gate
from mlengine.registry import (
    artifact_load,
    live_version,
    version_add,
    version_promote,
    versions_purge,
)

log = structlog.get_logger(__name__)

# How the verdict on a model begins that could not be trained.
FAILED = "Failed:"


@dataclass(frozen=True, slots=True)
class _Trained:
    """What came of one model's training, before anything is stored."""

    artifact: bytes
    metrics: dict[str, Any]
    decision: Decision


def model_train(pipeline: Pipeline, *, at: datetime) -> dict[str, Any]:
    """Train one model, let the gate decide, and return what to report.

    Judged as learned from the earlier part; what goes live has learned from all of it.
    """
    try:
        trained = _trained(pipeline, at)
    except TooLittleData as error:
        return {"verdict": f"Skipped: {error}", "version": None}
    except (MLError, ValueError, ArithmeticError, LookupError) as error:
        # Whatever today's data made of it, the other models go on.
        log.exception("training_failed", model=pipeline.name)
        return {"verdict": f"{FAILED} {pipeline.name}: {error}", "version": None}
    with transaction.atomic():
        version = version_add(
            name=pipeline.name,
            artifact=trained.artifact,
            metrics=trained.metrics,
            verdict=trained.decision.verdict,
            at=at,
        )
        if trained.decision.is_promoted:
            version_promote(version_id=version.pk, at=at)
        versions_purge(name=pipeline.name)
    return {
        "verdict": trained.decision.verdict,
        "version": str(version),
        "metrics": trained.metrics,
    }


def _trained(pipeline: Pipeline, at: datetime) -> _Trained:
    split = pipeline.load(until=at, unseen_since=_learned_until(live_version(pipeline.name)))
    finite_expect(split)
    model = pipeline.fit(split.train)
    # Stored before it is judged: what is not finite is refused, and told as that.
    artifact = _artifact(model)
    candidate, baseline = pipeline.evaluate(model, split), pipeline.baseline(split)
    live = _live_judged(pipeline, split)
    decision = gate(pipeline.measure, candidate=candidate, baseline=baseline, live=live)
    if decision.is_promoted:
        artifact = _artifact(pipeline.refit(model, split.whole))
    learned_until = split.until if decision.is_promoted else split.cut
    metrics = {
        "measure": pipeline.measure,
        "score": candidate.score,
        "baseline": baseline.score,
        "live": live.score if live else None,
        "above": {name: asdict(interval) for name, interval in decision.above.items()},
        "candidate": _metrics(candidate),
        "baseline_metrics": _metrics(baseline),
        "held_out_from": split.cut.isoformat(),
        "learned_until": learned_until.isoformat(),
    }
    return _Trained(artifact, metrics, decision)


def _metrics(judged: Judged) -> dict[str, float | None]:
    # JSON has no NaN: a figure that does not exist, such as a rank of equals, is null.
    return {name: value if math.isfinite(value) else None for name, value in judged.metrics.items()}


def _artifact(model: Fitted) -> bytes:
    file = BytesIO()
    model.save(file)
    return file.getvalue()


def _learned_until(live: ModelVersion | None) -> datetime | None:
    moment = live.metrics.get("learned_until") if live else None
    return datetime.fromisoformat(moment) if moment else None


def _live_judged(pipeline: Pipeline, split: Split[Any]) -> Judged | None:
    loaded = artifact_load(pipeline.name, pipeline.restore)
    if loaded is None:
        return None
    try:
        return pipeline.evaluate(loaded.model, split)
    except (ArtifactError, ValueError, KeyError, IndexError) as error:
        # A version made by older code may not fit today's data; it cannot be the better one.
        log.warning("live_version_not_judged", model=loaded.label, reason=str(error))
        return None
