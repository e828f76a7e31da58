"""Bursts that were reported as they began, and what is followed to tell them."""

from django.db import models


class TrendBurst(models.Model):
    """One burst of one hashtag, category or language out of what it had been."""

    # One of Trend.Kind.
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=64)
    # When the five minutes began in which it was seen.
    started_at = models.DateTimeField()
    # In robust standard deviations of the name's own past.
    score = models.FloatField()
    # Accounts in those five minutes.
    expected = models.FloatField()
    observed = models.FloatField()
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "started_at"], name="trend_burst_once")
        ]
        indexes = [models.Index(fields=["started_at"], name="trend_burst_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} at {self.started_at:%Y-%m-%d %H:%M}"


class BurstState(models.Model):
    """All that is followed of one kind of name, and up to when: they change together or not at all.

    Holds counts of accounts and no account's id. It can be deleted at any time; the next run
    starts from a bounded past.
    """

    kind = models.CharField(max_length=8, unique=True)
    # Everything recorded in time and older than this has been taken in.
    complete_before = models.DateTimeField()
    # mlengine.estimators.burst_series, as it saves itself.
    series = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"{self.kind} before {self.complete_before:%Y-%m-%d %H:%M}"
