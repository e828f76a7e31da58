"""Letting go of old events."""

from datetime import datetime, timedelta

from django.conf import settings

from analytics.models import Event, Rollup

# One statement deletes so many: writers never wait long for it.
_EVENTS_AT_ONCE = 5_000
# One run deletes at most so many batches; the next hour goes on.
_BATCHES = 400
# Hourly counts hold no acts of single people and are small: two years can be compared.
ROLLUPS_KEPT = timedelta(days=740)


def events_purge(*, at: datetime) -> int:
    """Delete the events recorded longer ago than ANALYTICS_RETENTION_DAYS; return how many.

    By the moment of recording, so that an import of old events is not dropped at once. Batches
    of 5,000, each a transaction of its own; safe to stop anywhere and to run twice.
    """
    cut = at - timedelta(days=settings.ANALYTICS_RETENTION_DAYS)
    old = Event.objects.filter(recorded_at__lt=cut).order_by("recorded_at")
    deleted = 0
    for _ in range(_BATCHES):
        ids = list(old.values_list("id", flat=True)[:_EVENTS_AT_ONCE])
        if not ids:
            break
        count, _ = Event.objects.filter(id__in=ids).delete()
        deleted += count
    Rollup.objects.filter(hour__lt=at - ROLLUPS_KEPT).delete()
    return deleted
