"""What an account told us about how to rank for it."""

from typing import Any

from profiles.models import Preferences

DEFAULTS: dict[str, Any] = {
    "is_personalised": True,
    "muted_hashtags": [],
    "muted_categories": [],
    "languages": [],
}


def preferences_of(user_id: int) -> dict[str, Any]:
    """Return the account's ranking controls, the defaults where it set none. One query."""
    found = Preferences.objects.filter(pk=user_id).values(*DEFAULTS).first()
    return dict(found) if found else {**DEFAULTS}
