"""What is trending, as last computed."""

from django.db import models


class Trend(models.Model):
    """One hashtag, category, language, sound or post that stands out now, with the evidence."""

    class Kind(models.TextChoices):
        HASHTAG = "hashtag"
        CATEGORY = "category"
        LANGUAGE = "language"
        SOUND = "sound"
        POST = "post"

    kind = models.CharField(max_length=8, choices=Kind)
    # The hashtag, the category, the language's code, or the sound's or the post's id.
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


class TrendReview(models.Model):
    """What somebody of the staff decided about one name; without a row it is pending."""

    class State(models.TextChoices):
        APPROVED = "approved"
        REJECTED = "rejected"

    kind = models.CharField(max_length=8, choices=Trend.Kind)
    name = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State)
    # An account's id; the decision outlives it.
    reviewer_id = models.BigIntegerField()
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="trend_review_once")]

    def __str__(self) -> str:
        return f"{self.state} {self.kind} {self.name}"
