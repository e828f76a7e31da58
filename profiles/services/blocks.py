"""Blocking and muting. The only writer of Block and Mute."""

from datetime import datetime

from django.db import transaction

from analytics.models import Event
from analytics.services import event_record
from profiles.models import Block, Mute
from profiles.services.follows import follow_end
from profiles.services.pairs import graph_forget, open_pair_lock, pair_lock


@transaction.atomic
def block_add(*, blocker_id: int, blocked_id: int, at: datetime) -> bool:
    """Part the two: neither sees anything of the other. Return whether that was news.

    Follows and requests end both ways. Whoever is blocked may block back, so that the other
    cannot lift its block to look.

    :raises NotWithOneself: if the two are one.
    :raises AccountNotFound: if the other is missing or suspended.
    """
    pair_lock(actor_id=blocker_id, other_id=blocked_id)
    _, is_new = Block.objects.get_or_create(
        blocker_id=blocker_id, blocked_id=blocked_id, defaults={"blocked_at": at}
    )
    if is_new:
        follow_end(follower_id=blocker_id, followed_id=blocked_id, at=at)
        follow_end(follower_id=blocked_id, followed_id=blocker_id, at=at)
        event_record(kind=Event.Kind.BLOCKED, actor_id=blocker_id, target_id=blocked_id, at=at)
        graph_forget(blocker_id, blocked_id)
    return is_new


@transaction.atomic
def block_remove(*, blocker_id: int, blocked_id: int, at: datetime) -> bool:
    """Take the one's block of the other back, and return whether there was one.

    What it ended stays ended.
    """
    deleted, _ = Block.objects.filter(blocker_id=blocker_id, blocked_id=blocked_id).delete()
    if deleted:
        event_record(kind=Event.Kind.UNBLOCKED, actor_id=blocker_id, target_id=blocked_id, at=at)
        graph_forget(blocker_id, blocked_id)
    return bool(deleted)


@transaction.atomic
def mute_add(*, muter_id: int, muted_id: int, at: datetime) -> bool:
    """Keep the other's posts out of the one's feeds, and return whether that was news.

    :raises NotWithOneself: if the two are one.
    :raises AccountNotFound: if the other is missing, suspended, or a block stands between.
    """
    open_pair_lock(actor_id=muter_id, other_id=muted_id)
    _, is_new = Mute.objects.get_or_create(
        muter_id=muter_id, muted_id=muted_id, defaults={"muted_at": at}
    )
    if is_new:
        event_record(kind=Event.Kind.MUTED, actor_id=muter_id, target_id=muted_id, at=at)
        graph_forget(muter_id, names=["hidden"])
    return is_new


@transaction.atomic
def mute_remove(*, muter_id: int, muted_id: int, at: datetime) -> bool:
    """Let the other's posts into the one's feeds again, and return whether they were out."""
    deleted, _ = Mute.objects.filter(muter_id=muter_id, muted_id=muted_id).delete()
    if deleted:
        event_record(kind=Event.Kind.UNMUTED, actor_id=muter_id, target_id=muted_id, at=at)
        graph_forget(muter_id, names=["hidden"])
    return bool(deleted)
