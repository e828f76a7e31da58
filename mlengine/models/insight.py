"""What the models say of accounts."""

from django.db import models

from mlengine.models.segment import Segment


class AccountInsight(models.Model):
    """One account's predicted behaviour, as last computed."""

    user_id = models.BigIntegerField(primary_key=True)
    segment = models.ForeignKey(
        Segment, on_delete=models.SET_NULL, null=True, related_name="members"
    )
    # {"by_hour": [24 shares], "by_weekday": [7 shares], "peak_hour", "sessions_per_week", …}
    activity = models.JSONField(default=dict)
    # {"categories": [[name, share], …], "hashtags": …, "authors": …, "kinds": …}
    tastes = models.JSONField(default=dict)
    # High, Medium or Low, with the probability of each.
    engagement_class = models.CharField(max_length=6)
    engagement_probabilities = models.JSONField(default=dict)
    # [{"feature", "value", "effect"}, …]: what moves the expected class, and the risk, most.
    engagement_drivers = models.JSONField(default=list)
    # Probability in [0, 1] of no action in the next seven days, and what drives it.
    churn_risk = models.FloatField()
    churn_drivers = models.JSONField(default=list)
    # {"action", "times", "risk_after"}
    next_action = models.JSONField(default=dict)
    model_version = models.CharField(max_length=60)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"insight of {self.user_id}"
