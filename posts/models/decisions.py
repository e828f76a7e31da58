"""What was decided about people's texts and accounts, and the strikes it left."""

from django.conf import settings
from django.db import models

from posts.models.cases import Case
from posts.models.comment import Comment
from posts.models.policy import PolicyVersion
from posts.models.post import Post


class Decision(models.Model):
    """One moderator's, or the model's, decision about something an account wrote.

    It is the statement of reasons that the account reads, so that what it quotes of the policy
    is copied: the statement stays as it was when the policy changes.
    """

    class Action(models.TextChoices):
        HOLD = "hold"
        HIDE = "hide"
        REDUCE = "reduce"
        RESTORE = "restore"
        RESTORE_REACH = "restore_reach"
        SUSPEND = "suspend"
        REINSTATE = "reinstate"

    class About(models.TextChoices):
        POST = "post"
        COMMENT = "comment"
        ACCOUNT = "account"

    # What takes something from the account, so that it may appeal.
    AGAINST = (Action.HOLD, Action.HIDE, Action.REDUCE, Action.SUSPEND)
    # A decision ends the one before it about the same thing and the same matter: whether people
    # see it, whom it is offered to, whether the account is open.
    MATTERS = (
        frozenset({Action.HOLD, Action.HIDE, Action.RESTORE}),
        frozenset({Action.REDUCE, Action.RESTORE_REACH}),
        frozenset({Action.SUSPEND, Action.REINSTATE}),
    )

    # Whom it concerns, and who may read it.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="decisions"
    )
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="decisions")
    comment = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, related_name="decisions"
    )
    # What it is about, also when that is deleted and the keys above are null.
    about = models.CharField(max_length=7, choices=About)
    action = models.CharField(max_length=13, choices=Action)
    reason = models.CharField(max_length=200)
    # The rule it rests on, "" where it rests on none, and the version that had it.
    rule_code = models.CharField(max_length=40, blank=True)
    rule_text = models.CharField(max_length=300, blank=True)
    policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    is_automated = models.BooleanField(default=False)
    # The model whose scores decided, where one did; and what it said: {"scores", "words"}.
    model_version = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="decisions_made",
    )
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="decisions")
    # The earlier decision that this one takes back.
    reverses = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="reversals"
    )
    decided_at = models.DateTimeField()
    # When a later decision took its place; null while it holds.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-decided_at"], name="decision_of_account"),
            models.Index(fields=["-decided_at"], name="decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"


class Strike(models.Model):
    """One decision that counts against its account until it expires or is lifted."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="strikes"
    )
    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="strike")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "expires_at"], name="strike_of_account")]

    def __str__(self) -> str:
        return f"strike {self.pk} of {self.account_id}"
