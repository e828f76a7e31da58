"""The append-only log of what people did."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One thing that one account did, with the facts of its moment.

    Ids are plain numbers: the log outlives what it speaks of, and reads no table above it.
    """

    class Kind(models.TextChoices):
        # What the client tells of.
        IMPRESSION = "impression"
        VIEWED = "viewed"
        SKIPPED = "skipped"
        DWELLED = "dwelled"
        CLICKED = "clicked"
        # How a reel is played, while it is: the view that they belong to counts, these do not.
        STARTED = "started"
        PROGRESSED = "progressed"
        COMPLETED = "completed"
        LOOPED = "looped"
        PROFILE_VIEWED = "profile_viewed"
        SEARCHED = "searched"
        # What the services did.
        SIGNED_UP = "signed_up"
        SIGNED_IN = "signed_in"
        POSTED = "posted"
        POST_DELETED = "post_deleted"
        LIKED = "liked"
        UNLIKED = "unliked"
        SAVED = "saved"
        UNSAVED = "unsaved"
        SHARED = "shared"
        DISMISSED = "dismissed"
        UNDISMISSED = "undismissed"
        COMMENTED = "commented"
        COMMENT_DELETED = "comment_deleted"
        FOLLOWED = "followed"
        UNFOLLOWED = "unfollowed"
        BLOCKED = "blocked"
        UNBLOCKED = "unblocked"
        MUTED = "muted"
        UNMUTED = "unmuted"
        PROFILE_RESET = "profile_reset"
        REPORTED = "reported"
        HIDDEN = "hidden"
        RESTORED = "restored"
        REDUCED = "reduced"
        REACH_RESTORED = "reach_restored"

    kind = models.CharField(max_length=15, choices=Kind)
    # Null where nobody in particular did it: a model held a post.
    actor_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    # The account it was done to: the post's author, or who was followed or blocked.
    target_id = models.BigIntegerField(null=True)
    comment_id = models.BigIntegerField(null=True)
    # The client's own name for the event, so that a retry is counted once.
    client_id = models.CharField(max_length=64, null=True)  # noqa: DJ001
    # Facts of the moment.
    post_kind = models.CharField(max_length=4, blank=True, default="")
    category = models.CharField(max_length=40, blank=True, default="")
    hashtags = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True, default="")
    sound_id = models.BigIntegerField(null=True)
    slate_id = models.BigIntegerField(null=True)
    position = models.PositiveSmallIntegerField(null=True)
    # Milliseconds watched or dwelled; of a video that goes on being played, how far it is.
    duration_ms = models.PositiveIntegerField(null=True)
    # What was searched for.
    query = models.CharField(max_length=100, blank=True, default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "client_id"],
                condition=Q(client_id__isnull=False),
                name="event_counted_once",
            )
        ]
        indexes = [
            # Serves an account's history and the refresh of its slate.
            models.Index(fields=["actor_id", "-id"], name="event_of_actor"),
            models.Index(fields=["occurred_at", "kind"], name="event_time"),
            models.Index(fields=["recorded_at"], name="event_recorded"),
            models.Index(fields=["post_id", "kind"], name="event_of_post"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.kind} {self.post_id or self.target_id or ''}".strip()
