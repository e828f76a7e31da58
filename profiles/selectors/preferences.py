"""What an account told us about how to rank for it."""

from datetime import datetime
from typing import Any

from profiles.models import Mute, Preferences
from socialml.core import cache

# The controls, as they are until somebody sets them.
DEFAULTS: dict[str, Any] = {
    "is_personalised": True,
    "muted_hashtags": [],
    "muted_categories": [],
    "languages": [],
    "weights": {},
}
# "hashtags", "categories" that are muted, and "languages" that are wanted.
Topics = dict[str, list[str]]
_CHOICE_SECONDS = 600
_YES, _NO = b"1", b"0"


def preferences_of(user_id: int) -> dict[str, Any]:
    """Return the account's ranking controls, the defaults where it set none. One query.

    With "history_since", the moment of its last reset, None where there was none.
    """
    found = Preferences.objects.filter(pk=user_id).values(*DEFAULTS, "history_since").first()
    return dict(found) if found else {**DEFAULTS, "history_since": None}


def topics_of(user_id: int) -> Topics:
    """Return the hashtags and categories the account mutes, and its languages. One query."""
    found = preferences_of(user_id)
    return {
        "hashtags": found["muted_hashtags"],
        "categories": found["muted_categories"],
        "languages": found["languages"],
    }


def controls_of(user_id: int) -> dict[str, Any]:
    """Return the account's ranking controls with the accounts it mutes, by id. Two queries."""
    muted = Mute.objects.filter(muter_id=user_id).order_by("-pk")
    return {
        **preferences_of(user_id),
        "muted_authors": list(muted.values_list("muted_id", flat=True)),
    }


def resets_in(*, low: int, high: int, since: datetime) -> dict[int, datetime]:
    """Return which accounts with ids from `low` to `high` were reset after `since`, and when.

    One query.
    """
    found = Preferences.objects.filter(pk__gte=low, pk__lte=high, history_since__gt=since)
    return {pk: moment for pk, moment in found.values_list("pk", "history_since") if moment}


def choice_name(user_id: int) -> str:
    """Return the cache name of whether the account wants personalisation."""
    return f"personalised:{user_id}"


def is_personalised(user_id: int, found: bytes | None = None) -> bool:
    """Return whether the account lets its profile be read; `found` is the cached value, if read.

    One query where it is not cached.
    """
    if found is None:
        name = choice_name(user_id)
        found = cache.get_or_load(name, lambda: _choice(user_id), seconds=_CHOICE_SECONDS)
    return found != _NO


def _choice(user_id: int) -> bytes:
    refused = Preferences.objects.filter(pk=user_id, is_personalised=False).exists()
    return _NO if refused else _YES
