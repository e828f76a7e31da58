"""Trained models, and the runs that made them."""

from django.db import models
from django.db.models import Q


class ModelVersion(models.Model):
    """One trained model: its arrays, how well it did, and whether it serves."""

    name = models.CharField(max_length=40)
    trained_at = models.DateTimeField()
    # What it learned from and what it reached on later events; `baseline` beside each figure.
    metrics = models.JSONField(default=dict)
    # Why it was promoted or kept back.
    verdict = models.CharField(max_length=300, blank=True)
    # An .npz that holds no pickles, and its checksum.
    artifact = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    is_live = models.BooleanField(default=False)
    promoted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(is_live=True), name="model_version_one_live"
            )
        ]
        indexes = [models.Index(fields=["name", "-trained_at"], name="model_version_newest")]

    def __str__(self) -> str:
        return f"{self.name} v{self.pk}"


class TrainingRun(models.Model):
    """One training of all or some models."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    # "host:process id", to tell a run that goes on from one whose process died.
    process = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # By model: seconds, version, verdict.
    report = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            # Two trainings at once would starve serving and race for the live version.
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="training_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"training {self.pk} ({self.state})"
