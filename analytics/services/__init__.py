"""What analytics does: keep the log, and count it."""

from analytics.services.events import Facts, event_record, events_append

__all__ = ["Facts", "event_record", "events_append"]
