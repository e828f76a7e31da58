"""Groups of accounts that behave alike, and who was in which."""

from django.db import models
from django.db.models import F, Q


class Segment(models.Model):
    """One group of accounts that behave alike, for as long as anything like it is found again."""

    # Kept from one forming to the next while what it says is so.
    name = models.CharField(max_length=80)
    # The traits that the name says, as they were when it was given.
    named_for = models.JSONField(default=dict)
    # What sets it apart: {"feature": z-score against all, …}.
    traits = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()
    # Since no group is like it any more.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at=None), name="segment_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SegmentFormation(models.Model):
    """One forming of the segments: which groups a model version found, and what became of them.

    Each follows one other, the first follows 0: of two that follow the same one, one is refused.
    """

    follows_id = models.BigIntegerField(unique=True)
    version_id = models.BigIntegerField()
    formed_at = models.DateTimeField()
    # One entry a group, by its number in the model: {"segment_id", "name", "size", "stability",
    # "overlap"}; the overlap is the Jaccard index with the segment it goes on with, null if new.
    groups = models.JSONField(default=list)
    silhouette = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return f"{len(self.groups)} segments of version {self.version_id}"


class SegmentMembership(models.Model):
    """One account in one segment, from one computing to another. The open one holds now."""

    account_id = models.BigIntegerField()
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships")
    # What the segment was called when the account came.
    name = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(until=None), name="segment_membership_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="segment_membership_lasts"
            ),
        ]
        indexes = [
            models.Index(fields=["account_id", "-since"], name="segment_membership_of"),
            models.Index(fields=["until"], name="segment_membership_age"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.name}"


class SegmentSize(models.Model):
    """How many accounts one segment had when it was last computed on one UTC day."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes")
    day = models.DateField()
    accounts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "segment"], name="segment_size_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} on {self.day}: {self.accounts}"
