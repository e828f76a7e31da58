"""What posts were forecast to get, read inside a request, and how it went. No numerics."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Case, Count, F, FloatField, QuerySet, Value, When
from django.db.models.functions import Floor, Least

from analytics.models import Event
from mlengine.models import PostForecast

# What `viral` means wherever it stands.
VIRAL = (
    "At least as many views by others within 7 days of publication as one in twenty of this"
    " community's posts had, and ten or more."
)
# Posts that came of age in so long are looked back on.
RECORD = timedelta(days=30)
_BINS = 10

_WENT_VIRAL = Case(
    When(final_view_count__gte=F("viral_from"), then=Value(1.0)),
    default=Value(0.0),
    output_field=FloatField(),
)
_IS_COVERED = Case(
    When(final_view_count__gte=F("low"), final_view_count__lte=F("high"), then=Value(1.0)),
    default=Value(0.0),
    output_field=FloatField(),
)
_FIGURES = {
    "forecasts": Count("pk"),
    "coverage_90": Avg(_IS_COVERED),
    "viral_said": Avg("viral_probability"),
    "viral_seen": Avg(_WENT_VIRAL),
    "brier": Avg((F("viral_probability") - _WENT_VIRAL) * (F("viral_probability") - _WENT_VIRAL)),
}


def post_forecast(post_id: int) -> dict[str, Any] | None:
    """Return what the post was last forecast to get, or None if it never was. One query."""
    row = PostForecast.objects.filter(post_id=post_id).order_by("-age_hours").first()
    if row is None:
        return None
    final = row.final_view_count
    return {
        "age_hours": row.age_hours,
        "views": row.view_count,
        "expected_views": {"low": row.low, "expected": row.expected, "high": row.high},
        "viral": {
            "probability": row.viral_probability,
            "from_views": row.viral_from,
            "definition": VIRAL,
            "model": row.model_version,
        },
        "drivers": row.drivers,
        "computed_at": row.computed_at,
        "ends_at": row.ends_at,
        "outcome": None if final is None else {"views": final, "is_viral": final >= row.viral_from},
    }


def viral_posts(view_counts: Mapping[int, int], *, at: datetime) -> set[int]:
    """Return which of these posts, by their views now, went viral. Two queries.

    A post that has not come of age goes by what it has now, less its author's own views; an older
    one by what it had then; one that was never forecast did not go viral.
    """
    rows = PostForecast.objects.filter(post_id__in=list(view_counts)).order_by("age_hours")
    # Of several ages the oldest, which comes last.
    last = {
        row.post_id: row
        for row in rows.only("post_id", "viral_from", "ends_at", "final_view_count")
    }
    young = [post_id for post_id, row in last.items() if row.ends_at > at]
    own = _own_views(young)
    views = {post_id: row.final_view_count or 0 for post_id, row in last.items()} | {
        post_id: view_counts[post_id] - own.get(post_id, 0) for post_id in young
    }
    return {post_id for post_id, row in last.items() if views[post_id] >= row.viral_from}


def _own_views(post_ids: Collection[int]) -> dict[int | None, int]:
    rows = Event.objects.filter(
        kind=Event.Kind.VIEWED, post_id__in=list(post_ids), actor_id=F("target_id")
    )
    counts = rows.values("post_id").annotate(views=Count("pk")).order_by()
    return dict(counts.values_list("post_id", "views"))


def forecasts_record(*, at: datetime) -> dict[str, Any]:
    """Return how the forecasts went of posts that came of age in the last RECORD. Two queries.

    By age, and by what probability of going viral was said: `viral_said` and `viral_seen` are
    the mean probability and the share that did; where the two agree it is calibrated.
    """
    scored = PostForecast.objects.filter(
        ends_at__gt=at - RECORD, ends_at__lte=at, final_view_count__isnull=False
    )
    binned = scored.annotate(bin=Least(Floor(F("viral_probability") * _BINS), Value(_BINS - 1.0)))
    return {
        "days": RECORD.days,
        "by_age": _figures(scored, "age_hours"),
        "by_probability": [
            {
                "from": one["bin"] / _BINS,
                "to": (one["bin"] + 1) / _BINS,
                **{name: one[name] for name in ("forecasts", "viral_said", "viral_seen")},
            }
            for one in _figures(binned, "bin")
        ],
    }


def _figures(scored: QuerySet[PostForecast], by: str) -> list[dict[str, Any]]:
    groups = scored.values(by).annotate(**_FIGURES).order_by(by)
    return [
        {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in one.items()
        }
        for one in groups
    ]
