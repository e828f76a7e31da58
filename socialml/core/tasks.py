"""What Celery may ask of core. Each task makes one call."""

from celery import shared_task
from django.utils import timezone

from socialml.core import queue, retention


@shared_task
def jobs_publish(**_later: object) -> None:
    """Send jobs whose message is missing. Safe to run twice at once: jobs are claimed."""
    queue.jobs_publish(at=timezone.now())


@shared_task
def expired_purge(**_later: object) -> None:
    """Drop expired rows."""
    retention.expired_purge(at=timezone.now())
