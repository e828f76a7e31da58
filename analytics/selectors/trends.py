"""What is trending, as last computed."""

from analytics.models import Trend


def trends_of(kind: Trend.Kind) -> list[Trend]:
    """Return all stored trends of a kind, best first. One query."""
    return list(Trend.objects.filter(kind=kind).order_by("rank"))
