"""What moderators have to decide, and what they did about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from posts.models.comment import Comment
from posts.models.post import Post


class Case(models.Model):
    """Everything said against one post, one comment or one account, until it is decided.

    The text may be gone, by its author's hand: the case then stays, without it.
    """

    class About(models.TextChoices):
        POST = "post"
        COMMENT = "comment"
        ACCOUNT = "account"

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        # Its text was deleted before anybody decided.
        MOOT = "moot"

    class Ruling(models.TextChoices):
        """What a moderator may decide about it."""

        # It may stay, or comes back, for everybody.
        KEEP = "keep"
        # It stays, and is offered to its author's followers alone. Of posts.
        REDUCE = "reduce"
        # Its author alone sees it.
        REMOVE = "remove"
        # It is removed, and its author shut out.
        SUSPEND = "suspend"

    about = models.CharField(max_length=7, choices=About)
    # Whose it is.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cases"
    )
    # Of a comment, as in Decision, the post it stands under.
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="cases")
    comment = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, related_name="cases")
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    # How it was decided, or what the answer to an appeal that decided it says of the text; "" where
    # that says nothing of it, and of cases decided before this was kept.
    ruling = models.CharField(max_length=7, choices=Ruling, blank=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    # How bad it would be if it is what it is said to be, in [0, 1].
    harm = models.FloatField(default=0.0)
    # The summed weights of its open reports.
    report_weight = models.FloatField(default=0.0)
    # Its place among the open ones, the highest first: kept by posts.services.case_ranks, which
    # looks up who sees it only now and then.
    rank = models.FloatField(default=0.0)
    # What models said: [{"rule", "action", "scores": {kind: score}, "words": [...]}, ...].
    flags = models.JSONField(default=list)
    # One moderator's until then; afterwards anybody's.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="cases_claimed",
    )
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(state="open", about="post"),
                name="case_open_post",
            ),
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(state="open", about="comment"),
                name="case_open_comment",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state="open", about="account"),
                name="case_open_account",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "opened_at"], name="case_queue"),
            models.Index(fields=["state", "-rank", "id"], name="case_by_rank"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseEntry(models.Model):
    """One thing that happened to a case; entries are only ever added."""

    class Act(models.TextChoices):
        OPENED = "opened"
        REPORTED = "reported"
        FLAGGED = "flagged"
        CLAIMED = "claimed"
        RELEASED = "released"
        DECIDED = "decided"
        APPEALED = "appealed"
        ANSWERED = "answered"
        CLOSED = "closed"
        # Somebody who reported it erased their account.
        FORGOT = "forgot"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    act = models.CharField(max_length=8, choices=Act)
    # Who did it; null where the house did.
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="case_entries",
    )
    note = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act} case {self.case_id}"
