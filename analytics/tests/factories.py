"""Valid events from nothing; a test says only what it is about."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from analytics.models import Event
from profiles.models import User

# A Tuesday.
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

_names = count(1)


def event_make(kind: str = Event.Kind.VIEWED, **values: Any) -> Event:
    """Store one event: somebody new views post 1 of account 900 at NOON."""
    at = values.setdefault("occurred_at", NOON)
    values.setdefault("recorded_at", at)
    values.setdefault("actor_id", 1000 + next(_names))
    if kind not in (Event.Kind.SEARCHED, Event.Kind.SIGNED_IN, Event.Kind.SIGNED_UP):
        values.setdefault("post_id", 1)
        values.setdefault("target_id", 900)
    return Event.objects.create(kind=kind, **values)


def ago(**span: float) -> datetime:
    """Return the moment that long before NOON."""
    return NOON - timedelta(**span)


def happen(kind: str, author: User, *, days: float = 0, times: int = 1, **values: Any) -> None:
    """Store events that were done to this account so many days before now."""
    for _ in range(times):
        moment = timezone.now() - timedelta(days=days)
        event_make(kind, target_id=author.pk, occurred_at=moment, **values)
