"""Comments as one viewer reads them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from posts.models import Comment, Post
from posts.selectors.posts import Page

_COLUMNS = (
    "id",
    "post_id",
    "parent_id",
    "depth",
    "author_id",
    "author__username",
    "author__display_name",
    "content",
    "language",
    "moderation",
    "commented_at",
    "deleted_at",
)


def comments_page(
    *,
    post_id: int,
    viewer_id: int,
    parent_id: int | None = None,
    after: int | None = None,
    limit: int = 20,
) -> Page | None:
    """Return the post's comments, newest first, or the replies to `parent_id`, oldest first.

    Comments of accounts that block the viewer, or are blocked by them, are neither shown nor
    counted as replies. A deleted comment with replies is an empty place. None if the viewer may
    not see the post or the parent. Four queries at most, whatever the limit.
    """
    if not Post.objects.visible_to(viewer_id).filter(pk=post_id).exists():
        return None
    shown = Comment.objects.shown_to(viewer_id).filter(post_id=post_id)
    if parent_id is not None and not shown.filter(pk=parent_id).exists():
        return None
    comments = shown.filter(parent_id=parent_id)
    if after is not None:
        than = "pk__lt" if parent_id is None else "pk__gt"
        comments = comments.filter(**{than: after})
    ordered = comments.order_by("-pk" if parent_id is None else "pk")
    rows = list(ordered.values(*_COLUMNS)[: limit + 1])
    page = rows[:limit]
    replies = _replies([row["id"] for row in page], post_id, viewer_id)
    results = [_comment(row, reply_count=replies.get(row["id"], 0)) for row in page]
    return Page(results, [page[-1]["id"]] if len(rows) > limit else None)


def comment_of(*, comment_id: int, post_id: int, viewer_id: int) -> dict[str, Any] | None:
    """Return one comment, or None if the viewer may not read it. Two queries."""
    shown = Comment.objects.shown_to(viewer_id).filter(pk=comment_id, post_id=post_id)
    row = shown.values(*_COLUMNS).first()
    if row is None:
        return None
    return _comment(row, reply_count=_replies([comment_id], post_id, viewer_id).get(comment_id, 0))


def _replies(parent_ids: Sequence[int], post_id: int, viewer_id: int) -> dict[int, int]:
    if not parent_ids:
        return {}
    readable = Comment.objects.visible_to(viewer_id).filter(
        post_id=post_id, parent_id__in=parent_ids
    )
    return dict(readable.values_list("parent_id").annotate(count=Count("pk")))


def _comment(row: dict[str, Any], *, reply_count: int) -> dict[str, Any]:
    is_deleted = row.pop("deleted_at") is not None
    author = {
        "id": row.pop("author_id"),
        "username": row.pop("author__username"),
        "display_name": row.pop("author__display_name"),
    }
    return {
        **row,
        "author": None if is_deleted else author,
        "is_deleted": is_deleted,
        "reply_count": reply_count,
    }
