"""What the models last said of accounts and of posts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mlengine.models import AccountInsight, Segment, SimilarPosts


@dataclass(frozen=True, slots=True)
class StoredInsight:
    """What the models last said of one account; the fields are those of AccountInsight."""

    segment: str
    segment_traits: dict[str, float]
    activity: dict[str, Any]
    tastes: dict[str, Any]
    engagement_class: str
    engagement_probabilities: dict[str, float]
    churn_risk: float
    churn_drivers: list[Any]
    engagement_drivers: list[Any]
    next_action: dict[str, Any]
    model_version: str
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredSimilar:
    """What one post is like, best first. The lists run side by side; `scores` are in [0, 1]."""

    ids: list[int]
    scores: list[float]
    sources: list[list[str]]
    model_version: str
    computed_at: datetime


def segment_of(user_id: int) -> int | None:
    """Return the id of the account's segment, whose cohort slate it may be shown. One query."""
    return AccountInsight.objects.filter(pk=user_id).values_list("segment_id", flat=True).first()


def insight_of(user_id: int) -> StoredInsight | None:
    """Return what the models last said of the account, or None. One query."""
    row = AccountInsight.objects.select_related("segment").filter(pk=user_id).first()
    if row is None:
        return None
    segment = row.segment or Segment(name="", traits={})
    return StoredInsight(
        segment=segment.name,
        segment_traits=segment.traits,
        activity=row.activity,
        tastes=row.tastes,
        engagement_class=row.engagement_class,
        engagement_probabilities=row.engagement_probabilities,
        churn_risk=row.churn_risk,
        churn_drivers=row.churn_drivers,
        engagement_drivers=row.engagement_drivers,
        next_action=row.next_action,
        model_version=row.model_version,
        computed_at=row.computed_at,
    )


def similar_to(post_ids: Collection[int]) -> dict[int, StoredSimilar]:
    """Return what these posts are like, of those that were judged, by id. One query."""
    columns = ("ids", "scores", "sources", "model_version", "computed_at")
    rows = SimilarPosts.objects.filter(pk__in=list(post_ids)).values_list("pk", *columns)
    return {post_id: StoredSimilar(*stored) for post_id, *stored in rows}
