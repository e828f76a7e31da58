"""What is trending, as last computed."""

from django.db import models


class Trend(models.Model):
    """One hashtag, category or post that stands out now, with the evidence."""

    class Kind(models.TextChoices):
        HASHTAG = "hashtag"
        CATEGORY = "category"
        POST = "post"

    kind = models.CharField(max_length=8, choices=Kind)
    # The hashtag, the category, or the post's id.
    name = models.CharField(max_length=64)
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    # {"count", "previous", "accounts", "growth", "first_seen_at", "examples": [post ids]}
    evidence = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="trend_once")]
        indexes = [models.Index(fields=["kind", "rank"], name="trend_rank")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
