"""Who follows, blocks and mutes whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class FollowQuerySet(models.QuerySet["Follow"]):
    def accepted(self) -> FollowQuerySet:
        """Keep the follows that stand; the others wait for a private account's word."""
        return self.filter(state=Follow.State.ACCEPTED)


class Follow(models.Model):
    """One account's wish to see another's posts, and whether it is granted."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        ACCEPTED = "accepted"

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    followed = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_by"
    )
    state = models.CharField(max_length=9, choices=State, default=State.ACCEPTED)
    followed_at = models.DateTimeField()

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_another"),
        ]
        indexes = [
            models.Index(fields=["followed", "state", "-id"], name="follow_followers"),
            models.Index(fields=["follower", "state", "-id"], name="follow_following"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} -> {self.followed_id} ({self.state})"


class Block(models.Model):
    """One account's refusal of another: neither sees anything of the other."""

    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks"
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocked_by"
    )
    blocked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_another"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} x {self.blocked_id}"


class Mute(models.Model):
    """One account's wish not to be shown another's posts in feeds; the other never learns."""

    muter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mutes"
    )
    muted = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_by"
    )
    muted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="mute_another"),
        ]

    def __str__(self) -> str:
        return f"{self.muter_id} - {self.muted_id}"
