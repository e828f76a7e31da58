"""What was predicted earlier, to be read inside a request. Loads no numerical library."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from django.utils import timezone

from mlengine.models import (
    AccountInsight,
    ModelVersion,
    Segment,
    SimilarPosts,
    Slate,
    TrainingRun,
)
from mlengine.sources import source_words
from socialml.core import cache
from socialml.core.moments import spell

# How long Redis keeps a slate; also how long a lost message to Redis can leave an old one there.
SLATE_SECONDS = 600
# The model version of a shared slate that no counts stand behind.
NEWEST = "newest"

_ABSENT = b"null"
_SOURCES = {
    Slate.Audience.ACCOUNT: "personal",
    Slate.Audience.COHORT: "cohort",
    Slate.Audience.EVERYONE: "trending",
}
# Of an account's slates on both surfaces, how many are searched for a post.
_SEARCHED = 6


@dataclass(frozen=True, slots=True)
class StoredSlate:
    """One ranking, best first. The lists run side by side, one element an item.

    `source` is personal, cohort, trending or newest. `sources` names what proposed the item,
    `contributions` the signed share of `scores` that each of those has. `propensities` is the
    probability with which each item stood at its place, 1 where nothing was left to chance.
    `computed_at` is ISO 8601.
    """

    id: int
    audience: str
    audience_id: int
    surface: str
    source: str
    model_version: str
    computed_at: str
    ids: list[int]
    authors: list[int]
    scores: list[float]
    sources: list[list[str]]
    contributions: list[list[float]]
    reasons: list[str]
    # Slates of before exploration have none.
    propensities: list[float] = field(default_factory=list)


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


def slate_name(user_id: int, surface: str) -> str:
    """Return the cache name of the account's own slate, for a pipeline that reads several."""
    return f"slate:{surface}:{user_id}"


def shared_name(audience: str, audience_id: int, surface: str) -> str:
    """Return the cache name of the slate of a cohort, or of everyone (id 0)."""
    return f"slate:{surface}:{audience}:{audience_id}"


def slate_decode(raw: bytes | None) -> StoredSlate | None:
    """Return the slate whose bytes the cache held; None for a known absence and an empty slate.

    A slate is empty where its owner has seen all there is: what everyone sees comes next.
    """
    if raw is None or raw == _ABSENT:
        return None
    slate = StoredSlate(**orjson.loads(raw))
    return slate if slate.ids else None


def slate_encode(slate: Slate) -> bytes:
    """Return the slate's bytes in the cache: its items as stored, the rest set before them."""
    is_newest = slate.model_version == NEWEST
    head = orjson.dumps(
        {
            "id": slate.pk,
            "audience": slate.audience,
            "audience_id": slate.audience_id,
            "surface": slate.surface,
            "source": NEWEST if is_newest else _SOURCES[Slate.Audience(slate.audience)],
            "model_version": slate.model_version,
            "computed_at": spell(slate.computed_at),
        }
    )
    return head[:-1] + b"," + slate.items.encode()[1:]


def slate_for(user_id: int, surface: str) -> StoredSlate | None:
    """Return the account's newest own slate. One round trip; one query where it is not cached."""
    name = slate_name(user_id, surface)
    load = partial(_newest, Slate.Audience.ACCOUNT, user_id, surface)
    return slate_decode(cache.get_or_load(name, load, seconds=SLATE_SECONDS))


def slate_shared(audience: str, audience_id: int, surface: str) -> StoredSlate | None:
    """Return the newest slate of a cohort ("cohort", its id) or of everyone ("everyone", 0)."""
    name = shared_name(audience, audience_id, surface)
    load = partial(_newest, audience, audience_id, surface)
    return slate_decode(cache.get_or_load(name, load, seconds=SLATE_SECONDS))


def slate_by_id(slate_id: int) -> StoredSlate | None:
    """Return one slate that a cursor froze, or None if it is no longer kept.

    The caller compares `audience` and `audience_id` with its viewer.
    """
    load = partial(_encoded, Slate.objects.filter(pk=slate_id).first)
    return slate_decode(cache.get_or_load(f"slateid:{slate_id}", load, seconds=SLATE_SECONDS))


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


def why(user_id: int, post_id: int) -> dict[str, Any] | None:
    """Say why the account was, or would be, shown the post; None if no slate holds it.

    Its own slates are searched from the newest, then its cohort's, then everyone's: in the order
    in which the feed falls back. At most four queries.
    """
    for audience in Slate.Audience:
        audience_id = _audience_id(audience, user_id)
        if audience_id is None:
            continue
        slates = Slate.objects.filter(audience=audience, audience_id=audience_id)
        for row in slates.order_by("-id")[:_SEARCHED]:
            slate = slate_decode(slate_encode(row))
            if slate and post_id in slate.ids:
                return _explained(slate, slate.ids.index(post_id))
    return None


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


def _audience_id(audience: str, user_id: int) -> int | None:
    if audience == Slate.Audience.ACCOUNT:
        return user_id
    return segment_of(user_id) if audience == Slate.Audience.COHORT else 0


def _newest(audience: str, audience_id: int, surface: str) -> bytes:
    rows = Slate.objects.filter(audience=audience, audience_id=audience_id, surface=surface)
    return _encoded(rows.order_by("-id").first)


def _encoded(find: Any) -> bytes:
    row = find()
    return _ABSENT if row is None else slate_encode(row)


def _explained(slate: StoredSlate, place: int) -> dict[str, Any]:
    names: Sequence[str] = slate.sources[place]
    return {
        "slate_id": slate.id,
        "surface": slate.surface,
        "source": slate.source,
        "position": place,
        "score": slate.scores[place],
        "contributions": dict(zip(names, slate.contributions[place], strict=True)),
        "explanation": [
            {"source": name, "contribution": share, "words": source_words(name)}
            for name, share in zip(names, slate.contributions[place], strict=True)
        ],
        "reason": slate.reasons[place],
        "model_version": slate.model_version,
        "computed_at": slate.computed_at,
    }
