"""Who sees whom, and the lists of the graph."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from profiles.models import Block, Follow, Mute, User

Page = tuple[list[dict[str, Any]], int | None]


def blocked_ids(viewer_id: int) -> set[int]:
    """Return the accounts that the viewer blocks or that block the viewer. One query."""
    pairs = Block.objects.filter(Q(blocker_id=viewer_id) | Q(blocked_id=viewer_id))
    found = pairs.values_list("blocker_id", "blocked_id")
    return {blocked if blocker == viewer_id else blocker for blocker, blocked in found}


def hidden_author_ids(viewer_id: int) -> set[int]:
    """Return the accounts never to show in the viewer's feeds: blocked either way, or muted.

    Two queries.
    """
    muted = Mute.objects.filter(muter_id=viewer_id).values_list("muted_id", flat=True)
    return blocked_ids(viewer_id) | set(muted)


def following_ids(user_id: int) -> list[int]:
    """Return whom the account follows, newest first; requests that wait do not count. One query."""
    follows = Follow.objects.accepted().filter(follower_id=user_id)
    return list(follows.order_by("-id").values_list("followed_id", flat=True))


def is_blocked(one_id: int, other_id: int) -> bool:
    """Return whether either of the two blocks the other. One query."""
    return Block.objects.filter(
        Q(blocker_id=one_id, blocked_id=other_id) | Q(blocker_id=other_id, blocked_id=one_id)
    ).exists()


def followers_page(*, user_id: int, viewer_id: int, before: int | None, limit: int) -> Page:
    """Return (accounts that follow `user_id`, where the next page starts), newest follow first.

    Without accounts that are suspended, or blocked for the viewer. Two queries.
    """
    follows = Follow.objects.accepted().filter(followed_id=user_id)
    return _page(follows, "follower", viewer_id=viewer_id, before=before, limit=limit)


def following_page(*, user_id: int, viewer_id: int, before: int | None, limit: int) -> Page:
    """Return (accounts that `user_id` follows, where the next page starts). Two queries."""
    follows = Follow.objects.accepted().filter(follower_id=user_id)
    return _page(follows, "followed", viewer_id=viewer_id, before=before, limit=limit)


def requests_page(*, user_id: int, before: int | None, limit: int) -> Page:
    """Return (accounts that ask to follow `user_id`, where the next page starts). Two queries."""
    asked = Follow.objects.filter(followed_id=user_id, state=Follow.State.REQUESTED)
    return _page(asked, "follower", viewer_id=user_id, before=before, limit=limit)


def _page(
    follows: QuerySet[Follow], side: str, *, viewer_id: int, before: int | None, limit: int
) -> Page:
    other = OuterRef(f"{side}_id")
    blocks = Block.objects.filter(
        Q(blocker_id=viewer_id, blocked_id=other) | Q(blocked_id=viewer_id, blocker_id=other)
    )
    shown = follows.filter(~Exists(blocks), **{f"{side}__is_active": True})
    if before is not None:
        shown = shown.filter(pk__lt=before)
    rows = list(
        shown.order_by("-pk").values_list(
            "pk", "followed_at", f"{side}_id", f"{side}__username", f"{side}__display_name"
        )[: limit + 1]
    )
    page = rows[:limit]
    mine = _states([row[2] for row in page], viewer_id)
    accounts = [
        {
            "id": other_id,
            "username": username,
            "display_name": display_name,
            "followed_at": followed_at,
            "following": mine.get(other_id),
        }
        for _, followed_at, other_id, username, display_name in page
    ]
    return accounts, page[-1][0] if len(rows) > limit else None


def _states(ids: list[int], viewer_id: int) -> dict[int, str]:
    mine = Follow.objects.filter(follower_id=viewer_id, followed_id__in=ids)
    return dict(mine.values_list("followed_id", "state"))


def account_visible(user_id: int, viewer_id: int) -> User | None:
    """Return the account if the viewer may know of it, or None. One query."""
    return accounts_visible(viewer_id).filter(pk=user_id).first()


def accounts_visible(viewer_id: int) -> QuerySet[User]:
    """Return the accounts that the viewer may know of: active, and no block between."""
    blocks = Block.objects.filter(
        Q(blocker_id=viewer_id, blocked_id=OuterRef("pk"))
        | Q(blocked_id=viewer_id, blocker_id=OuterRef("pk"))
    )
    return User.objects.active().filter(~Exists(blocks))
