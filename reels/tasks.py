"""What Celery may ask of reels. Each task makes one service call."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from reels import services
from socialml.core.queue import JobTask
from socialml.core.schedules import window_claim


# A long video takes minutes; whoever is ended goes on where it was.
@shared_task(base=JobTask, time_limit=3600, soft_time_limit=3540)
def reel_process(*, post_id: int, file_key: str = "", **_later: object) -> None:
    """Process an upload. Safe to deliver twice: the reel's state decides."""
    services.reel_process(post_id=post_id, file_key=file_key, at=timezone.now())


@shared_task
def media_sweep(**_later: object) -> None:
    """Delete files that nobody owns. Safe to run twice."""
    now = timezone.now()
    if window_claim(name="media_sweep", every=timedelta(hours=1), at=now):
        services.media_sweep(at=now)
