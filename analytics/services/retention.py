"""Letting go of old events."""

from datetime import datetime, timedelta

from django.conf import settings

from analytics.models import (
    AccountDay,
    ActiveCount,
    Cohort,
    DayRollup,
    Event,
    LogMark,
    Rollup,
    TrendBurst,
)

MARK = "purge"
# One statement deletes so many: writers never wait long for it.
_EVENTS_AT_ONCE = 5_000
# One run deletes at most so many batches; the next hour goes on.
_BATCHES = 400
# Counts hold no acts of single people and are small: two years can be compared.
ROLLUPS_KEPT = timedelta(days=740)


def expired_before(*, at: datetime) -> datetime:
    """Return the moment whose events and all before may be deleted."""
    return at - timedelta(days=settings.ANALYTICS_RETENTION_DAYS)


def purged_before(*, at: datetime) -> datetime:
    """Return the moment before which the purge may have taken events. One query.

    It never goes back: with ANALYTICS_RETENTION_DAYS raised, what was deleted stays away.
    """
    mark = LogMark.objects.filter(name=MARK).values_list("complete_before", flat=True).first()
    expired = expired_before(at=at)
    return expired if mark is None else max(mark, expired)


def events_purge(*, at: datetime) -> int:
    """Delete the events recorded longer ago than ANALYTICS_RETENTION_DAYS; return how many.

    By the moment of recording, so that an import of old events is not dropped at once. Batches
    of 5,000, each a transaction of its own; safe to stop anywhere and to run twice.
    """
    _mark(expired_before(at=at), at=at)
    old = Event.objects.filter(recorded_at__lt=expired_before(at=at)).order_by("recorded_at")
    deleted = 0
    for _ in range(_BATCHES):
        ids = list(old.values_list("id", flat=True)[:_EVENTS_AT_ONCE])
        if not ids:
            break
        count, _ = Event.objects.filter(id__in=ids).delete()
        deleted += count
    _counts_purge(at=at)
    return deleted


def _mark(expired: datetime, *, at: datetime) -> None:
    """Say how far the log may be gone, before it is."""
    now = {"complete_before": expired, "seen_at": at}
    mark, is_new = LogMark.objects.get_or_create(name=MARK, defaults=now)
    if not is_new:
        LogMark.objects.filter(pk=mark.pk, complete_before__lt=expired).update(**now)


def _counts_purge(*, at: datetime) -> None:
    """Let go of who was there and of bursts with the log, of counts when ROLLUPS_KEPT old."""
    TrendBurst.objects.filter(started_at__lt=expired_before(at=at)).delete()
    AccountDay.objects.filter(day__lt=expired_before(at=at)).delete()
    oldest = at - ROLLUPS_KEPT
    Rollup.objects.filter(hour__lt=oldest).delete()
    DayRollup.objects.filter(day__lt=oldest).delete()
    ActiveCount.objects.filter(day__lt=oldest).delete()
    Cohort.objects.filter(week__lt=oldest).delete()
