"""What may be said here, as rows: versions of the policy and their rules."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q


class PolicyVersion(models.Model):
    """One edition of the rules. A draft until it is activated; never edited once it was live."""

    note = models.CharField(max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="policy_versions",
    )
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    is_live = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_live"], condition=Q(is_live=True), name="policy_one_live"
            ),
        ]

    def __str__(self) -> str:
        return f"policy version {self.pk}"

    @property
    def is_draft(self) -> bool:
        """Whether its rules may still be changed."""
        return self.activated_at is None


class Rule(models.Model):
    """One rule of one version: whose texts, from which scores on, meet which action.

    It matches a text when one of its kinds scores at or above its threshold. An `allow` rule
    exempts the texts it matches from the other rules of its code; without thresholds it matches
    every text of its audience and languages.
    """

    class Action(models.TextChoices):
        """What becomes of a text that matches, from the mildest to the gravest."""

        ALLOW = "allow"
        # Shown to the author's followers and to whoever looks for it, offered to nobody else.
        REDUCE = "reduce"
        HOLD = "hold"
        REMOVE = "remove"
        # Removes the text and suspends its author.
        SUSPEND = "suspend"

    class Audience(models.TextChoices):
        EVERYONE = "everyone"
        # Accounts younger than SOCIALML_NEWCOMER_DAYS.
        NEWCOMERS = "newcomers"

    class About(models.TextChoices):
        POSTS = "posts"
        COMMENTS = "comments"
        BOTH = "both"

    class Kind(models.TextChoices):
        """What inference scores in [0, 1]."""

        TOXICITY = "toxicity"
        OFFENSIVE = "offensive"
        HATE = "hate"
        THREAT = "threat"
        INSULT = "insult"
        SEXUAL = "sexual"
        IDENTITY = "identity"
        SPAM = "spam"
        # Of a reel's pictures; all others are of words.
        NUDITY = "nudity"

    policy = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="rules")
    code = models.SlugField(max_length=40)
    # The sentence that the person concerned reads.
    text = models.CharField(max_length=300)
    # {kind: score from which on it matches}.
    thresholds = models.JSONField(default=dict, blank=True)
    action = models.CharField(max_length=7, choices=Action)
    # Codes such as "en"; none is every language.
    languages = models.JSONField(default=list, blank=True)
    audience = models.CharField(max_length=9, choices=Audience, default=Audience.EVERYONE)
    about = models.CharField(max_length=8, choices=About, default=About.BOTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "code", "action"], name="rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.action}"

    def clean(self) -> None:
        """Refuse what could not be judged by.

        :raises ValidationError: naming the field, and what belongs there.
        """
        problems = {}
        if not _are_thresholds(self.thresholds):
            kinds = ", ".join(Rule.Kind.values)
            problems["thresholds"] = f'An object such as {{"spam": 0.9}}, of: {kinds}; each 0 to 1.'
        elif not self.thresholds and self.action != Rule.Action.ALLOW:
            problems["thresholds"] = "Name at least one kind: only an allowance may do without."
        if not _are_languages(self.languages):
            problems["languages"] = 'A list of codes such as ["en", "fr"]; [] is every language.'
        if self.action == Rule.Action.REDUCE and self.about == Rule.About.COMMENTS:
            problems["action"] = "Comments have no reach to reduce: hold or remove them."
        if problems:
            raise ValidationError(problems)


def _are_thresholds(value: object) -> bool:
    return isinstance(value, dict) and all(
        kind in Rule.Kind.values
        and isinstance(score, int | float)
        and not isinstance(score, bool)
        and 0 <= score <= 1
        for kind, score in value.items()
    )


def _are_languages(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(code, str) and code.isalpha() and code.islower() for code in value
    )
