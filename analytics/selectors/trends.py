"""What is trending, as last computed, as far as it may be shown."""

from django.conf import settings
from django.db.models import Exists, OuterRef

from analytics.models import Trend, TrendReview


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
