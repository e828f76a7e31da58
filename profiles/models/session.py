"""Sign-ins, and the refresh tokens each hands on, one at a time."""

from django.conf import settings
from django.db import models


class Session(models.Model):
    """One sign-in: the family of tokens that came of it."""

    id = models.CharField(max_length=22, primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions"
    )
    started_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    # Whether nothing but its account's suspension ended it. Where the account has no password its
    # refresh tokens then lead to the decisions, and back in once the account is reinstated.
    is_suspended = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.id


class RefreshToken(models.Model):
    """One refresh token's id. Whoever sets `consumed_at` first has refreshed."""

    jti = models.CharField(max_length=32, unique=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="tokens")
    expires_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="refresh_token_age")]

    def __str__(self) -> str:
        return self.jti
