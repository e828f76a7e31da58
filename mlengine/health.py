"""How well the models that serve still do: their scores then and now, and what they are made of."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from mlengine.models import ModelVersion

HISTORY_SHOWN = 20
# Counts of what a model was judged on, in the metrics, that say nothing of how well it did.
_COUNTS = frozenset({"accounts", "decisions", "people", "posts", "showings", "churn_share"})


def models_health() -> dict[str, dict[str, Any]]:
    """Return the health of each model that serves, by name. One query.

    `score` is what the live version reached on events later than those it learned from, when it
    was trained; `drift` is how much higher, or below nought lower, the same version scored when
    it was judged again at the newest training, on events later yet; None until that was.
    `quality` are the figures beside the score, `history` the newest trainings, the oldest first.
    """
    versions = ModelVersion.objects.defer("artifact").order_by("trained_at", "pk")
    by_name: dict[str, list[ModelVersion]] = defaultdict(list)
    for version in versions:
        by_name[version.name].append(version)
    return {
        name: _health(live, trained)
        for name, trained in by_name.items()
        for live in trained
        if live.is_live
    }


def _health(live: ModelVersion, trained: Sequence[ModelVersion]) -> dict[str, Any]:
    newest, score = trained[-1], live.metrics.get("score")
    again = newest.metrics.get("live") if newest.pk != live.pk else None
    return {
        "measure": live.metrics.get("measure"),
        "score": score,
        "baseline": live.metrics.get("baseline"),
        "drift": round(again - score, 6) if again is not None and score is not None else None,
        "judged_at": newest.trained_at,
        "quality": _quality(live),
        "history": [
            {
                "version": str(version),
                "trained_at": version.trained_at,
                "score": version.metrics.get("score"),
                "baseline": version.metrics.get("baseline"),
                "live": version.metrics.get("live"),
                "is_live": version.is_live,
            }
            for version in trained[-HISTORY_SHOWN:]
        ],
    }


def _quality(live: ModelVersion) -> list[dict[str, Any]]:
    candidate = live.metrics.get("candidate") or {}
    baseline = live.metrics.get("baseline_metrics") or {}
    return [
        {"name": name, "value": value, "baseline": baseline.get(name)}
        for name, value in candidate.items()
        if name not in _COUNTS
    ]
