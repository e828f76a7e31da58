"""Following. The only writer of Follow, User.follower_count and User.following_count."""

from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from analytics.models import Event
from analytics.services import event_record
from profiles.models import Follow, User
from profiles.selectors import AccountNotFound
from profiles.services.pairs import graph_forget, open_pair_lock, pair_lock
from socialml.core.errors import NotFound

_ACCEPTED_AT_ONCE = 500
_NO_REQUEST = "Nobody of that id asks to follow you."


class RequestNotFound(NotFound):
    """Nobody of that id waits to follow the account."""


class Followed(NamedTuple):
    """Whether a follow is news, and whether it stands or waits for a private account's word."""

    is_new: bool
    state: str


@transaction.atomic
def follow_add(*, follower_id: int, followed_id: int, at: datetime) -> Followed:
    """Make the one follow the other; a private account is asked first. Again changes nothing.

    :raises NotWithOneself: if the two are one.
    :raises AccountNotFound: if the other is missing, suspended, or a block stands between.
    """
    followed = open_pair_lock(actor_id=follower_id, other_id=followed_id)
    state = Follow.State.REQUESTED if followed.is_private else Follow.State.ACCEPTED
    follow, is_new = Follow.objects.get_or_create(
        follower_id=follower_id,
        followed_id=followed_id,
        defaults={"state": state, "followed_at": at},
    )
    if is_new and state == Follow.State.ACCEPTED:
        _count(follow, by=1, kind=Event.Kind.FOLLOWED, at=at)
    return Followed(is_new, follow.state)


@transaction.atomic
def follow_remove(*, follower_id: int, followed_id: int, at: datetime) -> bool:
    """Take back a follow or a request to follow, and return whether there was one.

    :raises NotWithOneself: if the two are one.
    :raises AccountNotFound: if the other is missing, suspended, or a block stands between.
    """
    open_pair_lock(actor_id=follower_id, other_id=followed_id)
    return follow_end(follower_id=follower_id, followed_id=followed_id, at=at)


@transaction.atomic
def follow_accept(*, user_id: int, follower_id: int, at: datetime) -> bool:
    """Let the one that asked follow the account, and return whether that was news.

    :raises RequestNotFound: if it neither asks nor follows.
    """
    # No account, a suspended one and one that does not ask: the same words after as many queries.
    with suppress(AccountNotFound):
        pair_lock(actor_id=user_id, other_id=follower_id)
    asked = Follow.objects.filter(follower_id=follower_id, followed_id=user_id)
    follow = asked.filter(follower__is_active=True, followed__is_active=True).first()
    if follow is None:
        raise RequestNotFound(_NO_REQUEST)
    if follow.state == Follow.State.ACCEPTED:
        return False
    Follow.objects.filter(pk=follow.pk).update(state=Follow.State.ACCEPTED, followed_at=at)
    _count(follow, by=1, kind=Event.Kind.FOLLOWED, at=at)
    return True


@transaction.atomic
def follow_decline(*, user_id: int, follower_id: int) -> None:
    """Refuse the one that asks to follow the account; it may ask again.

    :raises RequestNotFound: if it does not ask.
    """
    deleted, _ = Follow.objects.filter(
        follower_id=follower_id, followed_id=user_id, state=Follow.State.REQUESTED
    ).delete()
    if not deleted:
        raise RequestNotFound(_NO_REQUEST)


def requests_accept(*, user_id: int, at: datetime) -> int:
    """Accept everybody who waits for an account that has opened up; return how many.

    Each in a transaction of its own, so that a large crowd never holds the account's row long.
    """
    count = 0
    while User.objects.active().filter(pk=user_id, is_private=False).exists():
        waiting = Follow.objects.filter(
            followed_id=user_id, state=Follow.State.REQUESTED, follower__is_active=True
        ).values_list("follower_id", flat=True)[:_ACCEPTED_AT_ONCE]
        asked = [_accepted(user_id, follower_id, at=at) for follower_id in list(waiting)]
        if not asked:
            break
        count += sum(asked)
    return count


def follow_end(*, follower_id: int, followed_id: int, at: datetime) -> bool:
    """Delete a follow of a pair the caller has locked, and return whether there was one."""
    follow = Follow.objects.filter(follower_id=follower_id, followed_id=followed_id).first()
    if follow is None or not Follow.objects.filter(pk=follow.pk).delete()[0]:
        return False
    if follow.state == Follow.State.ACCEPTED:
        _count(follow, by=-1, kind=Event.Kind.UNFOLLOWED, at=at)
    return True


def _accepted(user_id: int, follower_id: int, *, at: datetime) -> bool:
    try:
        return follow_accept(user_id=user_id, follower_id=follower_id, at=at)
    except NotFound:
        # Gone, or taken back, since the list was read.
        return False


def _count(follow: Follow, *, by: int, kind: Event.Kind, at: datetime) -> None:
    follower_id, followed_id = follow.follower_id, follow.followed_id
    User.objects.filter(pk=followed_id).update(follower_count=F("follower_count") + by)
    User.objects.filter(pk=follower_id).update(following_count=F("following_count") + by)
    event_record(kind=kind, actor_id=follower_id, target_id=followed_id, at=at)
    graph_forget(follower_id, names=["following"])
