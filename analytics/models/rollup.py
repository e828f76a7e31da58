"""Events counted by hour."""

from django.db import models


class Rollup(models.Model):
    """How many events of one kind one hour had, in all (author_id 0) or on one author's posts."""

    hour = models.DateTimeField()
    kind = models.CharField(max_length=15)
    author_id = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    # Different accounts that did it.
    accounts = models.PositiveIntegerField(default=0)
    duration_ms = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author_id", "hour", "kind"], name="rollup_once")
        ]
        indexes = [models.Index(fields=["hour", "kind"], name="rollup_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}h {self.kind}: {self.count}"
