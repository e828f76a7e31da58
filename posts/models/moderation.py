"""Reports by people, decisions by moderators."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from posts.models.comment import Comment
from posts.models.post import Post


class Report(models.Model):
    """One account's complaint about a post, a comment or an account."""

    class Reason(models.TextChoices):
        SPAM = "spam"
        HARASSMENT = "harassment"
        HATE = "hate"
        VIOLENCE = "violence"
        SEXUAL = "sexual"
        SELF_HARM = "self_harm"
        MISINFORMATION = "misinformation"
        INTELLECTUAL_PROPERTY = "intellectual_property"
        OTHER = "other"

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        DISMISSED = "dismissed"

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports"
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="reports")
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="reports"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="reported"
    )
    reason = models.CharField(max_length=21, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "post"], condition=Q(post__isnull=False), name="report_post"
            ),
            models.UniqueConstraint(
                fields=["reporter", "comment"],
                condition=Q(comment__isnull=False),
                name="report_comment",
            ),
            models.UniqueConstraint(
                fields=["reporter", "account"],
                condition=Q(account__isnull=False),
                name="report_account",
            ),
        ]
        indexes = [models.Index(fields=["state", "-reported_at"], name="report_queue")]

    def __str__(self) -> str:
        return f"report {self.pk} ({self.reason})"


class Decision(models.Model):
    """One moderator's, or the model's, decision about something an account wrote."""

    class Action(models.TextChoices):
        HOLD = "hold"
        HIDE = "hide"
        RESTORE = "restore"
        SUSPEND = "suspend"
        REINSTATE = "reinstate"

    # Whom it concerns, and who may read it.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="decisions"
    )
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="decisions")
    comment = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, related_name="decisions"
    )
    action = models.CharField(max_length=9, choices=Action)
    reason = models.CharField(max_length=200)
    is_automated = models.BooleanField(default=False)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="decisions_made",
    )
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-decided_at"], name="decision_of_account")]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"
