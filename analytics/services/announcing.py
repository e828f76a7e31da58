"""Telling at once, by a stream in Redis, that an account did something."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from analytics.models import Event
from analytics.selectors.weights import TELLING
from socialml.core.redis import breaker, key, tell

# Entries are {account, event}: the newest event of the account then.
STREAM = "acts"
# Kept at most, or a little more: a minute of 150 acts a second. Who comes later than that reads
# the log.
LENGTH = 10_000


def event_announce(*, actor_id: int, event_id: int) -> None:
    """Once the transaction commits, tell that the account's newest event is this one.

    Nothing waits for it: it adds no round trip to Redis, and with Redis away nobody is told. The
    log is the truth, and who follows the stream looks there as well (mlengine.slates.refresh).
    """
    transaction.on_commit(partial(_tell, actor_id, event_id), robust=True)


def events_announce(events: Sequence[Event]) -> None:
    """Tell of the events that change a ranking, the newest of each account."""
    newest: dict[int, int] = {}
    for event in events:
        if event.actor_id is not None and event.kind in TELLING:
            newest[event.actor_id] = max(event.pk, newest.get(event.actor_id, 0))
    for actor_id, event_id in newest.items():
        event_announce(actor_id=actor_id, event_id=event_id)


def _tell(actor_id: int, event_id: int) -> None:
    entry = ("account", actor_id, "event", event_id)
    added = ("XADD", key(STREAM), "MAXLEN", "~", LENGTH, "*", *entry)
    breaker.call(lambda: tell(added), None)
