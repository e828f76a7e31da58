"""Writing the event log. Nothing else writes it, and nothing changes a row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from analytics.models import Event
from analytics.services.announcing import events_announce


@dataclass(frozen=True, slots=True)
class Facts:
    """What was true of the post when something was done with it."""

    author_id: int
    post_kind: str = ""
    category: str = ""
    hashtags: Sequence[str] = field(default_factory=tuple)
    language: str = ""
    sound_id: int | None = None


def event_record(
    *,
    kind: Event.Kind,
    actor_id: int | None,
    at: datetime,
    post_id: int | None = None,
    target_id: int | None = None,
    comment_id: int | None = None,
    facts: Facts | None = None,
) -> Event:
    """Log that `actor_id` did `kind`, in the caller's transaction, and return the row.

    Once that commits, it is announced to those who keep rankings fresh.

    With `facts` the post's author is the target, and its category, hashtags, language and
    sound are kept beside the event: the log reads no other table.
    """
    event = Event(
        kind=kind,
        actor_id=actor_id,
        post_id=post_id,
        target_id=facts.author_id if facts else target_id,
        comment_id=comment_id,
        occurred_at=at,
        recorded_at=at,
    )
    if facts:
        event.post_kind, event.category = facts.post_kind, facts.category
        event.hashtags, event.language = list(facts.hashtags), facts.language
        event.sound_id = facts.sound_id
    event.save(force_insert=True)
    events_announce([event])
    return event


@transaction.atomic
def events_append(events: Sequence[Event]) -> list[Event]:
    """Log the events that carry a `client_id` not seen before, and return those.

    The unique constraint on (actor, client id) decides, so a retried batch, or the same batch
    sent twice at once, is counted once. Two queries whatever the number.
    """
    if not events:
        return []
    actors = {event.actor_id for event in events}
    names = {event.client_id for event in events}
    known = set(
        Event.objects.filter(actor_id__in=actors, client_id__in=names).values_list(
            "actor_id", "client_id"
        )
    )
    fresh: dict[tuple[int | None, str | None], Event] = {}
    for event in events:
        name = (event.actor_id, event.client_id)
        if name not in known:
            fresh.setdefault(name, event)
    added = Event.objects.bulk_create(list(fresh.values()))
    events_announce(added)
    return added
