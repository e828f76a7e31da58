"""Addresses of media, and the tokens that open those which are not for everybody.

A player cannot send a bearer token, so a card that not everybody may see carries addresses with
a token of their own: who was shown the card may play it, for a quarter to half an hour. A token
is of the state its post was in: once a moderator decides, or the account closes, it opens nothing.
"""

import hmac
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings

# Tokens made in one window are equal, so that a player's cache holds.
_WINDOW_SECONDS = 900
_SIGNATURE_CHARACTERS = 32
_ADDRESSES = frozenset({"video", "thumbnail", "hls", "poster", "preview", "thumbnails"})


def media_signed(media: Mapping[str, Any], *, state: str) -> dict[str, Any]:
    """Return `media` with a token in each of its addresses; empty media stay empty.

    `state` is the post's, as `state_name` gives it.
    """
    return {
        name: address_signed(value, state=state)
        if name in _ADDRESSES
        else [media_signed(each, state=state) for each in value]
        if name == "renditions"
        else value
        for name, value in media.items()
    }


def address_signed(address: Any, *, state: str) -> Any:
    """Return the address, or each of a list, with a token; an empty one stays empty."""
    if isinstance(address, list):
        return [address_signed(each, state=state) for each in address]
    if not address:
        return address
    expires = (int(time.time()) // _WINDOW_SECONDS + 2) * _WINDOW_SECONDS
    name = address.removeprefix(settings.MEDIA_URL)
    return f"{address}?t={expires}.{_signature(name, expires, state)}"


def state_name(moderation: str, *, is_active: bool) -> str:
    """Return the state that tokens are bound to: the post's, and whether its author's is closed."""
    return moderation if is_active else f"{moderation}, closed"


def token_check(name: str, token: str, *, state: str, now: float) -> bool:
    """Return whether `token` opens the file called `name` at `now`, seconds since 1970."""
    stamp, _, signature = token.partition(".")
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        return False
    right = _signature(name, int(stamp), state)
    return hmac.compare_digest(signature.encode(), right.encode()) and now < int(stamp)


def token_again(name: str, token: str, *, state: str) -> str:
    """Return the query that opens the file called `name` as long as `token` is good; "" of ""."""
    if not token:
        return ""
    expires = int(token.partition(".")[0])
    return f"?t={expires}.{_signature(name, expires, state)}"


def _signature(name: str, expires: int, state: str) -> str:
    text = f"media\0{name}\0{expires}\0{state}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), text, sha256).hexdigest()
    return digest[:_SIGNATURE_CHARACTERS]
