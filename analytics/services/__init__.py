"""What analytics does: keep the log, and count it."""

from analytics.services.events import Facts, event_record, events_append
from analytics.services.networks import network_note

__all__ = ["Facts", "event_record", "events_append", "network_note"]
