"""What is trending, as last computed, as far as it may be shown."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef

from analytics.models import Trend, TrendBurst, TrendReview


def trends_of(kind: Trend.Kind) -> list[Trend]:
    """Return the stored trends of a kind that may be shown, best first. One query.

    What the staff rejected may not; with SOCIALML_TRENDS_GATED only what they approved may.
    """
    reviewed = TrendReview.objects.filter(kind=OuterRef("kind"), name=OuterRef("name"))
    found = Trend.objects.filter(kind=kind)
    if settings.SOCIALML_TRENDS_GATED:
        found = found.filter(Exists(reviewed.filter(state=TrendReview.State.APPROVED)))
    else:
        found = found.exclude(Exists(reviewed.filter(state=TrendReview.State.REJECTED)))
    return list(found.order_by("rank"))


def bursts_since(since: datetime, *, until: datetime) -> dict[tuple[str, str], TrendBurst]:
    """Return, by kind and name, the newest burst that began from `since` to before `until`.

    One query.
    """
    found = TrendBurst.objects.filter(started_at__gte=since, started_at__lt=until)
    return {(burst.kind, burst.name): burst for burst in found.order_by("started_at", "id")}


def first_seen_listed() -> dict[tuple[str, str], str]:
    """Return, by kind and name, when what is listed now was first seen. One query."""
    rows = Trend.objects.filter(evidence__has_key="first_seen_at")
    listed = rows.values_list("kind", "name", "evidence__first_seen_at")
    return {(kind, name): at for kind, name, at in listed}
