"""Pages of a selector as answers with signed cursors."""

from typing import Any

from rest_framework.response import Response

from posts.selectors import Page
from socialml.api.envelope import answer
from socialml.api.pagination import cursor_read, cursor_write


def place_read(query: dict[str, Any], *, scope: str) -> Any:
    """Return where the page asked for starts, None for the first.

    :raises InvalidCursor: if the cursor is not of this list.
    """
    cursor = query.get("cursor")
    return None if cursor is None else cursor_read(cursor, scope=scope)


def page_answer(page: Page, message: str, *, scope: str) -> Response:
    """Return the page with the cursor of the next one."""
    following = None if page.next is None else cursor_write(page.next, scope=scope)
    return answer({"results": page.results, "next": following}, message)
