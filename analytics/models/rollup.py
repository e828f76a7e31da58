"""Events counted by hour and by day."""

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


class DayRollup(models.Model):
    """One figure of one UTC day that is over.

    Of everybody (author_id 0, no category), of one author's posts, or of one category's. `name`
    is an Event.Kind, or a Visit: there one account that came on that day counts once.
    """

    class Visit(models.TextChoices):
        # Each step counts those of the step before it that went on.
        SEEN = "visit_seen"
        VIEWED = "visit_viewed"
        ENGAGED = "visit_engaged"
        FOLLOWED = "visit_followed"

    day = models.DateField()
    name = models.CharField(max_length=15)
    author_id = models.BigIntegerField(default=0)
    category = models.CharField(max_length=40, blank=True, default="")
    count = models.PositiveIntegerField(default=0)
    duration_ms = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author_id", "category", "day", "name"], name="day_rollup_once"
            )
        ]
        indexes = [
            # Serves the ranking of authors, out of the index alone.
            models.Index(fields=["name", "day", "author_id", "count"], name="day_rollup_ranking")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}: {self.count}"
