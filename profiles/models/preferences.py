"""What a person told us about how to rank for them."""

from django.conf import settings
from django.db import models


class Preferences(models.Model):
    """One account's ranking controls. No row means the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="preferences",
        primary_key=True,
    )
    # Off: the feed reads no profile at all and shows the newest.
    is_personalised = models.BooleanField(default=True)
    muted_hashtags = models.JSONField(default=list)
    muted_categories = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    # How much a source of recommendations counts, in [0, 1], by its name; 1 where none is named.
    weights = models.JSONField(default=dict)
    # Nothing that the account did before this moment says anything of it any more.
    history_since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"
