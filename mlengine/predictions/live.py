"""Which models answer, and when they were last trained."""

from typing import Any

from django.utils import timezone

from mlengine.models import ModelVersion, TrainingRun


def model_summaries() -> list[dict[str, Any]]:
    """Return each model's live version, its metrics and its age in hours, by name. One query."""
    live = ModelVersion.objects.filter(is_live=True).defer("artifact").order_by("name")
    now = timezone.now()
    return [
        {
            "name": version.name,
            "version": str(version),
            "trained_at": version.trained_at,
            "promoted_at": version.promoted_at,
            "age_hours": round((now - version.trained_at).total_seconds() / 3600, 2),
            "metrics": version.metrics,
            "verdict": version.verdict,
        }
        for version in live
    ]


def training_last() -> dict[str, Any] | None:
    """Return the newest training run, by model: seconds, version, verdict. One query."""
    run = TrainingRun.objects.order_by("-id").first()
    if run is None:
        return None
    return {
        "state": run.state,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "models": run.report,
    }
