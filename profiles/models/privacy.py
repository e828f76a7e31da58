"""What remains of an erased account: a receipt without a name."""

from django.db import models


class Erasure(models.Model):
    """One account's erasure. Holds no personal data but the id that no longer exists."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"

    # What the person keeps, to ask whether it is done.
    receipt = models.CharField(max_length=43, unique=True)
    account_id = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    requested_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # Rows deleted, by table.
    deleted = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"erasure of {self.account_id} ({self.state})"
