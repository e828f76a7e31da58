"""What Celery may ask of mlengine. Each task makes one call."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from mlengine import insights, slates, training, virality
from socialml.core.queue import JobTask
from socialml.core.schedules import window_claim

INSIGHTS_EVERY = timedelta(minutes=5)


@shared_task(acks_late=False)
def slates_refresh(**_later: object) -> None:
    """Rank anew for who acted. Each tick catches up with the ones before, so none is repeated."""
    slates.slates_refresh(at=timezone.now())


@shared_task(base=JobTask)
def account_refresh(*, user_id: int, **_later: object) -> None:
    """Make one account's slates. Safe to run twice: the newest counts."""
    slates.account_refresh(user_id=user_id, at=timezone.now())


@shared_task
def forecasts_refresh(**_later: object) -> None:
    """Forecast posts as they age, once a minute. Safe to run twice: the first forecast stands."""
    at = timezone.now()
    if window_claim(name="forecasts", every=timedelta(minutes=1), at=at):
        virality.forecasts_refresh(at=at)


@shared_task
def insights_follow(**_later: object) -> None:
    """Describe anew who acted, once every five minutes; the window before is looked at again."""
    at = timezone.now()
    if window_claim(name="insights", every=INSIGHTS_EVERY, at=at):
        insights.insights_follow(since=at - 2 * INSIGHTS_EVERY, at=at)


@shared_task(soft_time_limit=1_800, time_limit=1_860)
def models_retrain(**_later: object) -> None:
    """Train everything if it is due. Safe to run twice: the window is claimed."""
    training.retrain_apart()


@shared_task(base=JobTask)
def predictions_publish(*, name: str, **_later: object) -> None:
    """Publish what depends on one model. Safe to run twice: the newest counts."""
    training.predictions_publish_apart(name=name)
