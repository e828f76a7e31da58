"""Two accounts at once: who they are to each other, held still while it changes."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from profiles.models import User
from profiles.selectors import AccountNotFound, is_blocked
from socialml.core import cache
from socialml.core.errors import Invalid


class NotWithOneself(Invalid):
    """An account cannot follow, block or mute itself."""

    code = "not_with_oneself"


def pair_lock(*, actor_id: int, other_id: int) -> User:
    """Hold the rows of both active accounts until the transaction ends; return the other's.

    A follow and a block of the same pair thus never pass each other. Rows are locked in the
    order of their ids, so that two pairs never wait for each other in a circle. One query.

    :raises NotWithOneself: if the two are one.
    :raises AccountNotFound: if either is missing or suspended.
    """
    if actor_id == other_id:
        raise NotWithOneself("This is your own account.")
    both = User.objects.active().select_for_update(no_key=True)
    found = {user.pk: user for user in both.filter(pk__in=[actor_id, other_id]).order_by("pk")}
    if len(found) < 2:
        raise AccountNotFound("There is no such account.")
    return found[other_id]


def open_pair_lock(*, actor_id: int, other_id: int) -> User:
    """Do the same for two that no block parts.

    Two queries, also where there is no such account: how long the refusal takes tells nothing.

    :raises NotWithOneself: if the two are one.
    :raises AccountNotFound: if either is missing or suspended, or a block stands between.
    """
    try:
        other = pair_lock(actor_id=actor_id, other_id=other_id)
    except AccountNotFound:
        other = None
    if is_blocked(actor_id, other_id) or other is None:
        raise AccountNotFound("There is no such account.")
    return other


def graph_forget(*user_ids: int, names: Iterable[str] = ("following", "hidden")) -> None:
    """After commit, drop what is cached of the accounts' part of the graph."""
    keys = [f"{name}:{user_id}" for name in names for user_id in user_ids]
    transaction.on_commit(partial(cache.forget, keys))
