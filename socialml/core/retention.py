"""Dropping what has expired of the rows that core owns."""

from datetime import datetime, timedelta

from socialml.core.models import AnsweredRequest, RequestCount

ANSWERS_KEPT = timedelta(days=1)


def expired_purge(*, at: datetime) -> int:
    """Delete answers older than a day and request counts past their window; return how many."""
    answers, _ = AnsweredRequest.objects.filter(created_at__lt=at - ANSWERS_KEPT).delete()
    counts, _ = RequestCount.objects.filter(expires_at__lt=at).delete()
    return answers + counts
