"""Ranking controls. The only writer of Preferences."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from profiles.models import Preferences, User
from profiles.selectors.preferences import DEFAULTS, preferences_of
from profiles.services.accounts import AccountGone
from socialml.core import cache
from socialml.core.queue import enqueue

_SURFACES = ("feed", "reels")


@transaction.atomic
def preferences_set(*, user_id: int, changes: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Change the controls that `changes` names, and return all of them.

    The account's rankings are dropped and made again under the new ones.

    :raises AccountGone: if the account is suspended or erased.
    """
    # The account's row orders two changes at once, so that neither undoes the other.
    if not User.objects.active().select_for_update(no_key=True).filter(pk=user_id).exists():
        raise AccountGone("This account is closed.")
    controls = {**preferences_of(user_id), **changes}
    assert controls.keys() == DEFAULTS.keys(), "Not a control of ours."
    Preferences.objects.update_or_create(pk=user_id, defaults={**controls, "changed_at": at})
    slates = [f"slate:{surface}:{user_id}" for surface in _SURFACES]
    transaction.on_commit(partial(cache.forget, slates))
    enqueue("mlengine.tasks.account_refresh", key=f"slate:{user_id}", user_id=user_id)
    return controls
