"""Accounts as others and as they themselves see them."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from profiles.models import Follow, Mute, User
from profiles.models.names import username_fold
from profiles.selectors.graph import account_visible, accounts_visible
from socialml.core.errors import NotFound

_OWN = ("email", "interests", "language")


class AccountNotFound(NotFound):
    """There is no such account, or the viewer may not know of it."""


def account_card(user_id: int, viewer_id: int) -> dict[str, Any]:
    """Return the account as the viewer may see it.

    The address is the account's own to see. What a private account likes and speaks is for its
    followers. Three queries, one for one's own.

    :raises AccountNotFound: if it is missing, suspended, or a block stands between the two.
    """
    user = account_visible(user_id, viewer_id)
    if user is None:
        raise AccountNotFound("There is no such account.")
    card = _card(user)
    if user_id == viewer_id:
        return {**card, **{name: getattr(user, name) for name in _OWN}, "has_password": _has(user)}
    relation = _relation(user_id, viewer_id)
    if not user.is_private or relation["following"] == Follow.State.ACCEPTED:
        card |= {"interests": user.interests, "language": user.language}
    return {**card, **relation}


def account_id_of(username: str) -> int | None:
    """Return the id of the account of that name, in any spelling, or None. One query."""
    found = User.objects.filter(username_key=username_fold(username[:120]))
    return found.values_list("pk", flat=True).first()


def is_staff(user_id: int) -> bool:
    """Return whether the account is one of those who run the place, and active. One query."""
    return User.objects.active().filter(pk=user_id, is_staff=True).exists()


def lists_visible(user_id: int, viewer_id: int) -> bool:
    """Return whether the viewer may see whom the account follows and who follows it.

    A private account shows that to its followers alone. One query.
    """
    mine = Follow.objects.accepted().filter(follower_id=viewer_id, followed_id=OuterRef("pk"))
    is_shown = Q(pk=viewer_id) | Q(is_private=False) | Q(Exists(mine))
    return accounts_visible(viewer_id).filter(is_shown, pk=user_id).exists()


def _card(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.display_name,
        "bio": user.bio,
        "is_private": user.is_private,
        "follower_count": user.follower_count,
        "following_count": user.following_count,
        "post_count": user.post_count,
        "joined_at": user.joined_at,
    }


def _has(user: User) -> bool:
    return user.has_usable_password()


def _relation(user_id: int, viewer_id: int) -> dict[str, Any]:
    follows = Follow.objects.filter(
        Q(follower_id=viewer_id, followed_id=user_id)
        | Q(follower_id=user_id, followed_id=viewer_id)
    )
    states = dict(follows.values_list("follower_id", "state"))
    return {
        "following": states.get(viewer_id),
        "followed_by": states.get(user_id) == Follow.State.ACCEPTED,
        "muted": Mute.objects.filter(muter_id=viewer_id, muted_id=user_id).exists(),
    }
