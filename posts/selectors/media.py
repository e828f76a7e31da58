"""Addresses of media, and the tokens that open those which are not for everybody.

A player cannot send a bearer token, so a card that not everybody may see carries addresses with
a token of their own: who was shown the card may play it, for an hour or two.
"""

import hmac
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings

# Tokens made in one hour are equal, so that a player's cache holds.
_HOUR = 3600
_SIGNATURE_CHARACTERS = 32
_ADDRESSES = ("video", "thumbnail")


def media_signed(media: Mapping[str, Any]) -> dict[str, Any]:
    """Return `media` with a token in each of its addresses; empty media stay empty."""
    return {
        name: _signed(value) if name in _ADDRESSES and value else value
        for name, value in media.items()
    }


def token_check(name: str, token: str, *, now: float) -> bool:
    """Return whether `token` opens the file called `name` at `now`, seconds since 1970."""
    stamp, _, signature = token.partition(".")
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        return False
    is_ours = hmac.compare_digest(signature.encode(), _signature(name, int(stamp)).encode())
    return is_ours and now < int(stamp)


def _signed(address: str) -> str:
    expires = (int(time.time()) // _HOUR + 2) * _HOUR
    name = address.removeprefix(settings.MEDIA_URL)
    return f"{address}?t={expires}.{_signature(name, expires)}"


def _signature(name: str, expires: int) -> str:
    text = f"media\0{name}\0{expires}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), text, sha256).hexdigest()
    return digest[:_SIGNATURE_CHARACTERS]
