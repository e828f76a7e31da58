"""Who is asking: access tokens verified without a query.

Tokens are minted by profiles; this module only checks them. A verified token is remembered
until it expires, so that the usual request costs one dictionary look-up.
"""

import hmac
import time
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson
from django.conf import settings
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from socialml.core.errors import NotSignedIn

_LONGEST_TOKEN = 2048
_REMEMBERED = 20_000
_LEEWAY_SECONDS = 10
_LARGEST_ID = 2**63 - 1

ACCESS = "access"
# Reads the decisions about an account, and appeals; a suspended account may have one.
MODERATION = "moderation"

_verified: dict[str, "Caller"] = {}


class TokenNotValid(NotSignedIn):
    """The token is malformed, forged, expired or revoked."""

    code = "token_not_valid"


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a verified access token. No row was read."""

    pk: int
    session_id: str
    expires_at: float
    kind: str = ACCESS

    is_authenticated = True
    is_anonymous = False

    @property
    def id(self) -> int:
        return self.pk


class Anonymous:
    """Nobody in particular."""

    pk = None
    id = None
    session_id = ""
    is_authenticated = False
    is_anonymous = True


class AccessToken(BaseAuthentication):
    """`Authorization: Bearer <access token>`."""

    kinds: tuple[str, ...] = (ACCESS,)

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        caller = caller_of(request._request, kinds=self.kinds)
        return None if caller is None else (caller, None)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ModerationToken(AccessToken):
    """The same, and the token of somebody who may only read decisions about them and appeal."""

    kinds = (ACCESS, MODERATION)


def caller_of(request: HttpRequest, *, kinds: Sequence[str] = (ACCESS,)) -> Caller | None:
    """Return who sent `request`, or None where it carries no credentials.

    :raises TokenNotValid: if it carries a token that does not hold, or of none of these kinds.
    """
    header = request.META.get("HTTP_AUTHORIZATION")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise TokenNotValid("Use “Authorization: Bearer <access token>”.")
    caller = token_verify(token.strip(), now=time.time())
    if caller.kind not in kinds:
        raise TokenNotValid("This is a token of another kind: send the access token.")
    return caller


def token_verify(token: str, *, now: float) -> Caller:
    """Return the caller that the token stands for, at `now` (seconds since 1970).

    :raises TokenNotValid: if it is malformed, forged, of another type, or expired.
    """
    caller = _verified.get(token)
    if caller is None:
        caller = _decode(token, now=now)
        if len(_verified) >= _REMEMBERED:
            _verified.clear()
        _verified[token] = caller
    if caller.expires_at <= now:
        _verified.pop(token, None)
        raise TokenNotValid("This access token has expired: refresh it.")
    return caller


def _decode(token: str, *, now: float) -> Caller:
    if not token.isascii() or len(token) > _LONGEST_TOKEN:
        raise TokenNotValid("This is no access token.")
    head, _, signature = token.rpartition(".")
    encoded_header, _, encoded_claims = head.partition(".")
    expected = hmac.new(settings.JWT_SECRET_KEY.encode(), head.encode(), sha256).digest()
    try:
        is_signed = hmac.compare_digest(_base64(signature), expected)
        header, claims = (
            orjson.loads(_base64(encoded_header)),
            orjson.loads(_base64(encoded_claims)),
        )
    except (Base64Error, ValueError) as error:
        raise TokenNotValid("This is no access token.") from error
    if not is_signed or not isinstance(header, dict) or header.get("alg") != "HS256":
        raise TokenNotValid("This access token was not signed here.")
    if not isinstance(claims, dict):
        raise TokenNotValid("This is no access token.")
    return _caller(claims, now=now)


def _caller(claims: dict[str, object], *, now: float) -> Caller:
    kind = claims.get("token_type")
    if kind not in (ACCESS, MODERATION) or claims.get("iss") != "socialml":
        raise TokenNotValid("This is a token of another kind: send the access token.")
    expires_at, issued_at = claims.get("exp"), claims.get("iat")
    session_id, user_id = claims.get("sid"), claims.get("user_id")
    if type(expires_at) is not int or type(issued_at) is not int or not claims.get("jti"):
        raise TokenNotValid("This access token lacks its times or its id.")
    if issued_at > now + _LEEWAY_SECONDS or expires_at > now + 366 * 86_400:
        raise TokenNotValid("This access token is from the future.")
    not_before = claims.get("nbf")
    if not_before is not None and (
        type(not_before) is not int or not_before > now + _LEEWAY_SECONDS
    ):
        raise TokenNotValid("This access token is not valid yet.")
    if not isinstance(user_id, str) or not (user_id.isascii() and user_id.isdigit()):
        raise TokenNotValid("This access token names no account.")
    if not isinstance(session_id, str) or not 0 < int(user_id[:20]) <= _LARGEST_ID:
        raise TokenNotValid("This access token names no account.")
    return Caller(
        pk=int(user_id), session_id=session_id, expires_at=float(expires_at), kind=str(kind)
    )


def _base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
