"""How far readers of the log have come."""

from django.db import models


class LogMark(models.Model):
    """One reader's place in the log.

    Ids are given out before their transaction commits, so an event may appear below one that
    was read already. Whatever is newer than `settled_id` is therefore read again.
    """

    name = models.CharField(max_length=40, unique=True)
    # The newest id at `seen_at`; it becomes `settled_id` once no transaction of then can be open.
    seen_id = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()
    settled_id = models.BigIntegerField(default=0)
    # Everything recorded in time and older than this has been read.
    complete_before = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.seen_id}"
