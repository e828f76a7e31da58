"""Ranking controls, and forgetting what they ranked by. The only writer of Preferences."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from analytics.models import Event
from analytics.services import event_record
from mlengine.erasure import profile_forget
from profiles.models import Preferences, User
from profiles.selectors.preferences import DEFAULTS, choice_name, controls_of, preferences_of
from profiles.services.accounts import AccountGone
from socialml.core import cache
from socialml.core.queue import enqueue

_SURFACES = ("feed", "reels")


@transaction.atomic
def preferences_set(*, user_id: int, changes: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Change the controls that `changes` names, and return all of them, as `controls_of`.

    The account's rankings are dropped and made again under the new ones. Who refuses
    personalisation loses what was predicted of them at once.

    :raises AccountGone: if the account is suspended or erased.
    """
    _hold(user_id)
    controls = {**preferences_of(user_id), **changes}
    assert changes.keys() <= DEFAULTS.keys(), "Not a control of ours."
    Preferences.objects.update_or_create(pk=user_id, defaults={**controls, "changed_at": at})
    if not controls["is_personalised"]:
        profile_forget(account_id=user_id)
    _rank_anew(user_id)
    return controls_of(user_id)


@transaction.atomic
def profile_reset(*, user_id: int, at: datetime) -> dict[str, Any]:
    """Forget what was learned of the account; return since when it counts, and what was deleted.

    From now on nothing it did before `at` ranks for it or describes it. What it chose stays:
    interests, follows, mutes and preferences; and what it has seen is not shown again. Calling
    it again moves the moment.

    :raises AccountGone: if the account is suspended or erased.
    """
    _hold(user_id)
    Preferences.objects.update_or_create(
        pk=user_id, defaults={"history_since": at, "changed_at": at}
    )
    deleted = profile_forget(account_id=user_id)
    # A ranking that was being made meanwhile is followed by another: the event is one that tells.
    event_record(kind=Event.Kind.PROFILE_RESET, actor_id=user_id, at=at)
    _rank_anew(user_id)
    return {"history_since": at, "deleted": deleted}


def _hold(user_id: int) -> None:
    """Lock the account's row, so that of two changes at once neither undoes the other."""
    if not User.objects.active().select_for_update(no_key=True).filter(pk=user_id).exists():
        raise AccountGone("This account is closed.")


def _rank_anew(user_id: int) -> None:
    names = [choice_name(user_id), *(f"slate:{surface}:{user_id}" for surface in _SURFACES)]
    transaction.on_commit(partial(cache.forget, names))
    enqueue("mlengine.tasks.account_refresh", key=f"slate:{user_id}", user_id=user_id)
