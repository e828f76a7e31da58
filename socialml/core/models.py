"""What every app stands on: work to do, schedules, answered requests, and counted requests."""

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """One piece of background work that must not be lost; deleted when it is done.

    Written in the transaction that wants the work. The broker only carries a hint that names
    the row, so a lost, late or repeated message neither loses nor repeats the work.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DEAD = "dead"

    task = models.CharField(max_length=120)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=16, default="default")
    # At most one waiting job a key, so that asking twice before it starts runs once.
    key = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    available_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "available_at"], name="job_state_available"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state="waiting") & ~Q(key=""), name="job_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk} ({self.state})"


class ScheduleWindow(models.Model):
    """The last window that a schedule ran in; whoever moves it forward runs it."""

    name = models.CharField(max_length=80, unique=True)
    window_start = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} from {self.window_start:%Y-%m-%d %H:%M:%S}"


class AnsweredRequest(models.Model):
    """The answer given to one request that carried an Idempotency-Key; kept for a day."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="answered_request_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="answered_request_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class RequestCount(models.Model):
    """Requests of one caller in one window, counted here while the cache is away."""

    key = models.CharField(max_length=160, unique=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="request_count_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
