"""What Celery may ask of posts. Each task makes one service call."""

from celery import shared_task
from django.utils import timezone

from posts import services
from socialml.core.queue import JobTask


@shared_task(base=JobTask)
def fragments_rewrite(*, author_id: int, **_later: object) -> None:
    """Write the fragments of an account's posts again. Safe to run twice."""
    services.fragments_rewrite(author_id=author_id)


@shared_task(base=JobTask)
def post_entered(*, post_id: int, **_later: object) -> None:
    """Let the followers who are about meet the new post. Safe to run twice."""
    services.post_entered(post_id=post_id, at=timezone.now())
