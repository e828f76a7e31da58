"""What Celery may ask of analytics. Each task makes its service calls once a window."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from analytics.selectors.counts import usual_periods
from analytics.selectors.leaders import top_creators_kept
from analytics.services.networks import networks_purge
from analytics.services.retention import events_purge as purge
from analytics.services.retention import expired_before
from analytics.services.rollups import rollups_refresh as refresh
from analytics.services.trend_bursts import bursts_follow as follow
from analytics.services.trends import trends_aggregate as aggregate
from mlengine.segment_histories import segments_purge
from mlengine.slates.seen import seen_keep_expiring
from posts.selectors.sentiment import sentiment_kept
from socialml.core.schedules import window_claim


@shared_task
def trends_aggregate(**_later: object) -> None:
    """Compute the trends, once every TRENDS_INTERVAL_SECONDS."""
    at = timezone.now()
    schedule = settings.CELERY_BEAT_SCHEDULE["aggregate trends"]["schedule"]
    if window_claim(name="trends", every=timedelta(seconds=schedule), at=at):
        aggregate(at=at)


@shared_task
def bursts_follow(**_later: object) -> None:
    """Take in what the log holds by now and report the names that burst, once a minute."""
    at = timezone.now()
    if window_claim(name="bursts", every=timedelta(minutes=1), at=at):
        follow(at=at)


@shared_task
def rollups_refresh(**_later: object) -> None:
    """Count the hours that had new events, once every five minutes, and what takes long to read."""
    at = timezone.now()
    if window_claim(name="rollups", every=timedelta(minutes=5), at=at):
        refresh(at=at)
        for period in usual_periods(at=at):
            top_creators_kept(period=period, anew=True)
            sentiment_kept(since=period.since, until=period.until, anew=True)


@shared_task
def events_purge(**_later: object) -> None:
    """Drop events past their retention, once an hour; which posts were seen stays known."""
    at = timezone.now()
    if window_claim(name="events purge", every=timedelta(hours=1), at=at):
        seen_keep_expiring(before=expired_before(at=at))
        purge(at=at)
        networks_purge(at=at)
        segments_purge(at=at)
