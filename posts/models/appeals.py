"""What people say against decisions, and the answers."""

from django.conf import settings
from django.db import models

from posts.models.decisions import Decision


class Appeal(models.Model):
    """One account's complaint about one decision, which another moderator answers."""

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        OVERTURNED = "overturned"

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appeals"
    )
    text = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    appealed_at = models.DateTimeField()
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="appeals_answered",
    )
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "appealed_at"], name="appeal_queue")]

    def __str__(self) -> str:
        return f"appeal {self.pk} of decision {self.decision_id}"
