"""Complaints by people."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from posts.models.cases import Case
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
        # What it was about was deleted before anybody answered.
        MOOT = "moot"

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
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="reports")
    # How much it counts, by how often its reporter was right before.
    weight = models.FloatField(default=1.0)

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
