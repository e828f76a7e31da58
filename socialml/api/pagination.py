"""Signed cursors: a page's place, bound to the route, the viewer and the filters."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings

from socialml.core.errors import Invalid

_SIGNATURE_BYTES = 12
_LONGEST = 1000


class InvalidCursor(Invalid):
    """The cursor was not made here, or for another list."""

    code = "invalid_cursor"


def cursor_write(place: Any, *, scope: str) -> str:
    """Return the cursor for `place` (any JSON value) in the list that `scope` names."""
    body = orjson.dumps(place)
    return urlsafe_b64encode(_sign(body, scope) + body).rstrip(b"=").decode()


def cursor_read(text: str, *, scope: str) -> Any:
    """Return the place that `text` stands for.

    :raises InvalidCursor: if it was tampered with, or belongs to another list or viewer.
    """
    try:
        if not text.isascii() or len(text) > _LONGEST:
            raise ValueError
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, _sign(body, scope)):
            raise ValueError
        return orjson.loads(body)
    except (ValueError, Base64Error) as error:
        raise InvalidCursor(
            "This cursor does not belong to this list: start again without one.",
            fields={"cursor": ["Invalid cursor."]},
        ) from error


def _sign(body: bytes, scope: str) -> bytes:
    keyed = hmac.new(settings.SECRET_KEY.encode(), scope.encode() + b"\0" + body, sha256)
    return keyed.digest()[:_SIGNATURE_BYTES]
