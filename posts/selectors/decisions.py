"""Decisions as the account they concern reads them."""

from typing import Any

from posts.models import Decision
from posts.selectors.posts import Page

_COLUMNS = (
    "id",
    "action",
    "reason",
    "is_automated",
    "post_id",
    "comment_id",
    "decided_at",
)


def decisions_page(*, account_id: int, after: int | None = None, limit: int = 20) -> Page:
    """Return what was decided about the account's posts, comments or itself, newest first.

    Who decided is not told. One query.
    """
    decisions = Decision.objects.filter(account_id=account_id)
    if after is not None:
        decisions = decisions.filter(pk__lt=after)
    rows: list[dict[str, Any]] = list(decisions.order_by("-pk").values(*_COLUMNS)[: limit + 1])
    return Page(rows[:limit], [rows[limit - 1]["id"]] if len(rows) > limit else None)
