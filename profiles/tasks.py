"""What Celery may ask of profiles. Each task makes one call."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from analytics.services.erasure import account_erase as analytics_erase
from mlengine.erasure import account_erase as predictions_erase
from posts.services.erasure import account_erase as posts_erase
from profiles import services
from reels.services.erasure import account_erase as reels_erase
from socialml.core.queue import JobTask


@shared_task(base=JobTask)
def account_erase(*, account_id: int, **_later: object) -> None:
    """Delete all of a closed account. Safe to run twice and to be cut off."""
    if services.erasure_is_pending(account_id=account_id):
        everything_erase(account_id, at=timezone.now())


@shared_task(base=JobTask)
def requests_accept(*, user_id: int, **_later: object) -> None:
    """Accept who waits for an account that opened up. Safe to run twice."""
    services.requests_accept(user_id=user_id, at=timezone.now())


@shared_task
def erasures_resume(**_later: object) -> None:
    """Queue erasures again that are late. Safe to run twice: each waits once."""
    services.erasures_resume(at=timezone.now())


@shared_task
def sessions_purge(**_later: object) -> None:
    """Drop expired refresh tokens and sessions. Safe to run twice."""
    services.sessions_purge(at=timezone.now())


def everything_erase(account_id: int, *, at: datetime) -> None:
    """Delete the account from every app, and mark its erasure done.

    Files go before the rows that name them; the log and the predictions go last, when no row
    is left that could lead to new ones.
    """
    deleted = {
        **reels_erase(account_id=account_id),
        **posts_erase(account_id=account_id, at=at),
        **services.account_erase(account_id),
        **predictions_erase(account_id=account_id),
        **analytics_erase(account_id=account_id),
    }
    services.erasure_finish(account_id=account_id, deleted=deleted, at=at)
