"""Ranked items, made ahead of the request."""

from django.db import models


class Slate(models.Model):
    """One ranking, as it was computed: never changed, only followed by a newer one.

    `items` is one JSON object of parallel arrays, best first:
    {"ids": [post ids], "authors": [account ids], "scores": [floats], "sources": [[name, …], …],
    "contributions": [[signed share of the score per source], …], "reasons": [sentence, …],
    "propensities": [probability with which that item stood at that place, …]}.
    """

    class Audience(models.TextChoices):
        ACCOUNT = "account"
        COHORT = "cohort"
        EVERYONE = "everyone"

    audience = models.CharField(max_length=8, choices=Audience)
    # The account's id, the segment's id, or 0 for everyone.
    audience_id = models.BigIntegerField()
    # "feed" ranks posts and reels together, "reels" reels alone.
    surface = models.CharField(max_length=8)
    items = models.TextField()
    model_version = models.CharField(max_length=60)
    # The newest event of the account that this ranking has taken in.
    event_mark = models.BigIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["audience", "audience_id", "surface", "-id"], name="slate_newest"),
            models.Index(fields=["computed_at"], name="slate_age"),
        ]

    def __str__(self) -> str:
        return f"{self.surface} of {self.audience} {self.audience_id}"
