"""Access and refresh tokens. The only writer of RefreshToken.

A refresh token works once: whoever sets `consumed_at` first has refreshed. A consumed token
that comes back means that two hold it, and ends the session, with one exception: within
GRACE of the refresh, and before its successor was used, it is a client that asked twice at
once. The asker is refused then too, but the session stands.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.tokens import RefreshToken as SignedRefreshToken

from analytics.models import Event
from analytics.services import event_record, network_note
from profiles.models import Erasure, RefreshToken, Session, User
from profiles.services.accounts import AccountGone
from profiles.services.passwords import AccountSuspended
from profiles.services.sessions import session_revoke, session_unsuspend
from socialml.core.errors import NotSignedIn

GRACE = timedelta(seconds=5)
_LONGEST_TOKEN = 2048
_SESSION_ID_BYTES = 16


class ModerationToken(AccessToken):
    """An access token that opens nothing but the decisions about its account."""

    token_type = "moderation"  # noqa: S105


class RefreshRefused(NotSignedIn):
    """The refresh token is malformed, forged, expired, used before, or its session ended."""

    code = "token_not_valid"


@transaction.atomic
def tokens_issue(*, user_id: int, at: datetime) -> dict[str, str]:
    """Start a session of the account and return its first {"access", "refresh"}."""
    session_id = secrets.token_urlsafe(_SESSION_ID_BYTES)
    Session.objects.create(pk=session_id, user_id=user_id, started_at=at)
    return _pair(user_id=user_id, session_id=session_id, at=at)


@transaction.atomic
def moderation_token_issue(*, user_id: int, at: datetime) -> str:
    """Return a token with which the account, suspended or not, reads decisions and appeals.

    It lives as long as an access token, in a session of its own that cannot be refreshed.
    """
    session_id = secrets.token_urlsafe(_SESSION_ID_BYTES)
    Session.objects.create(pk=session_id, user_id=user_id, started_at=at)
    return str(_signed(ModerationToken(), user_id=user_id, session_id=session_id, at=at))


@transaction.atomic
def moderation_tokens_trade(*, refresh: str, at: datetime) -> dict[str, str]:
    """Return {"access", "refresh"} to a suspended account that never set a password.

    Its refresh token is all that proves who it is. The access token is that of
    `moderation_token_issue`; the refresh token outlives SOCIALML_APPEAL_DAYS, and does nothing
    but this until the account is reinstated. The one given stays good for its own time, so that
    an answer that got lost shuts nobody out.

    :raises RefreshRefused: if it is no refresh token of ours, was used up or has expired, if its
        session had ended before the suspension, or its account is open or has a password.
    """
    claims = _claims(refresh)
    if not _is_suspended(claims, at=at):
        raise RefreshRefused(
            "This token opens nothing: it is for a suspended account that has no password."
        )
    user_id, session_id = int(claims["user_id"]), claims["sid"]
    usual = cast(timedelta, settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"])
    lifetime = max(timedelta(days=settings.SOCIALML_APPEAL_DAYS), usual)
    later = _signed(SignedRefreshToken(), user_id=user_id, session_id=session_id, at=at)
    later.set_exp(from_time=at, lifetime=lifetime)
    _keep(later, session_id)
    return {
        "access": moderation_token_issue(user_id=user_id, at=at),
        "refresh": str(later),
    }


@transaction.atomic
def account_sign_in(*, user_id: int, at: datetime, address: str = "") -> dict[str, str]:
    """Start a session of an account that has just proved its password, and log it.

    `address` is where the client asks from; only which network that is in is kept.
    """
    tokens = tokens_issue(user_id=user_id, at=at)
    event_record(kind=Event.Kind.SIGNED_IN, actor_id=user_id, at=at)
    network_note(account_id=user_id, address=address, at=at)
    return tokens


def tokens_refresh(*, refresh: str, at: datetime, address: str = "") -> dict[str, str]:
    """Use the refresh token up, and return the session's next {"access", "refresh"}.

    Of many parallel calls with one token one succeeds. A session that ended with the suspension
    of an account without a password goes on as a new one, once the account is reinstated.

    :raises RefreshRefused: if it is not a refresh token of ours, or not of use any more.
    :raises AccountSuspended: if `moderation_tokens_trade` takes it.
    :raises AccountGone: if its account is suspended or erased.
    """
    claims = _claims(refresh)
    user_id, session_id, jti = int(claims["user_id"]), claims["sid"], claims["jti"]
    if not User.objects.active().filter(pk=user_id).exists():
        if _is_suspended(claims, at=at):
            raise AccountSuspended(
                "This account is suspended: POST this token to /api/moderation/token to read why."
            )
        raise AccountGone("This account is closed.")
    # Only columns of the row itself: PostgreSQL asks these again after waiting for a rival.
    free = RefreshToken.objects.filter(
        jti=jti, session_id=session_id, consumed_at=None, expires_at__gt=at
    )
    with transaction.atomic():
        if free.update(consumed_at=at):
            network_note(account_id=user_id, address=address, at=at)
            if Session.objects.filter(pk=session_id, user_id=user_id, revoked_at=None).exists():
                return _pair(user_id=user_id, session_id=session_id, at=at)
            if _is_let_back(user_id, session_id):
                return tokens_issue(user_id=user_id, at=at)
            raise RefreshRefused("This session has ended: sign in again.")
    _replayed(jti, session_id, at=at)
    raise RefreshRefused("This refresh token was used before or has expired: sign in again.")


def _pair(*, user_id: int, session_id: str, at: datetime) -> dict[str, str]:
    refresh = _signed(SignedRefreshToken(), user_id=user_id, session_id=session_id, at=at)
    access = _signed(AccessToken(), user_id=user_id, session_id=session_id, at=at)
    _keep(refresh, session_id)
    return {"access": str(access), "refresh": str(refresh)}


def _keep(refresh: Token, session_id: str) -> None:
    expires_at = datetime.fromtimestamp(refresh["exp"], tz=UTC)
    RefreshToken.objects.create(jti=refresh["jti"], session_id=session_id, expires_at=expires_at)


def _signed(token: Token, *, user_id: int, session_id: str, at: datetime) -> Token:
    token["user_id"], token["sid"] = str(user_id), session_id
    token.set_iat(at_time=at)
    token.set_exp(from_time=at)
    return token


def _claims(text: str) -> dict[str, str]:
    if len(text) > _LONGEST_TOKEN or not text.isascii():
        raise RefreshRefused("This is no refresh token.")
    try:
        token = SignedRefreshToken(text)  # type: ignore[arg-type]
    except (TokenError, ValueError, OverflowError, OSError, TypeError, RecursionError) as error:
        raise RefreshRefused("This is no valid refresh token.") from error
    claims = {name: token.get(name) for name in ("user_id", "sid", "jti")}
    user_id = claims["user_id"]
    are_text = all(isinstance(value, str) and len(value) <= 64 for value in claims.values())
    if not are_text or not (user_id.isascii() and user_id.isdigit() and len(user_id) <= 18):
        raise RefreshRefused("This refresh token names no account.")
    if any("\x00" in value for value in claims.values()):
        raise RefreshRefused("This refresh token names no account.")
    return claims


def _is_suspended(claims: dict[str, str], *, at: datetime) -> bool:
    """Return whether they are of a suspended account that has nothing but this token."""
    user_id = int(claims["user_id"])
    token = RefreshToken.objects.filter(
        jti=claims["jti"],
        session_id=claims["sid"],
        consumed_at=None,
        expires_at__gt=at,
        session__user_id=user_id,
        session__is_suspended=True,
    )
    user = User.objects.filter(pk=user_id, is_active=False).first()
    if user is None or user.has_usable_password() or not token.exists():
        return False
    return not Erasure.objects.filter(account_id=user_id).exists()


def _is_let_back(user_id: int, session_id: str) -> bool:
    """Return whether the session ended with a suspension that is over, and went on just now."""
    # Held, so that no suspension comes in between.
    user = User.objects.active().select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None or user.has_usable_password():
        return False
    return session_unsuspend(session_id=session_id, user_id=user_id)


def _replayed(jti: str, session_id: str, *, at: datetime) -> None:
    """End the session if the token was consumed long ago, or its successor was used."""
    token = RefreshToken.objects.filter(jti=jti, session_id=session_id).first()
    if token is None or token.consumed_at is None:
        return
    later = RefreshToken.objects.filter(session_id=session_id, pk__gt=token.pk)
    is_late = at - token.consumed_at > GRACE
    if is_late or later.filter(consumed_at__isnull=False).exists():
        session_revoke(session_id=session_id, at=at)
