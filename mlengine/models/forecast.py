"""What was forecast of posts."""

from django.db import models
from django.db.models import Q


class PostForecast(models.Model):
    """What one post was forecast to get in all, as it had reached one age; later, what it got.

    Ids are plain numbers: the forecasts outlive the post until they are scored.
    """

    post_id = models.BigIntegerField()
    author_id = models.BigIntegerField()
    # 0 is the moment it came out; what else there is: mlengine.estimators.virality.AGES_HOURS.
    age_hours = models.PositiveSmallIntegerField()
    # Of others, at that age.
    view_count = models.PositiveIntegerField()
    # Views at the end: a 90 % interval and the median.
    low = models.FloatField()
    expected = models.FloatField()
    high = models.FloatField()
    # In [0, 1]: of at least so many views at the end.
    viral_probability = models.FloatField()
    viral_from = models.FloatField()
    # [{"feature", "effect", "text"}, …], the strongest first.
    drivers = models.JSONField(default=list)
    model_version = models.CharField(max_length=60)
    computed_at = models.DateTimeField()
    # When its views are counted, and what was counted then.
    ends_at = models.DateTimeField()
    final_view_count = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post_id", "age_hours"], name="post_forecast_once")
        ]
        indexes = [
            models.Index(fields=["author_id", "age_hours"], name="post_forecast_author"),
            models.Index(fields=["ends_at"], name="post_forecast_ends"),
            models.Index(
                fields=["ends_at"],
                condition=Q(final_view_count__isnull=True),
                name="post_forecast_open",
            ),
        ]

    def __str__(self) -> str:
        return f"forecast of {self.post_id} at {self.age_hours} h"
