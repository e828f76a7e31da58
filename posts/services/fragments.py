"""The stored JSON of each post, and what it is found by.

The only writer of Post.fragment and SearchText.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

import orjson
from django.db import connection, transaction

from posts.models import Post, SearchText
from socialml.core import cache
from socialml.core.text import fold

_AT_ONCE = 500
_COLUMNS = (
    "id",
    "kind",
    "author_id",
    "author__username",
    "author__display_name",
    "content",
    "category",
    "hashtags",
    "language",
    "sentiment",
    "published_at",
    "edited_at",
    "media",
    "sound_id",
)


def fragment_write(post_ids: Iterable[int]) -> int:
    """Write the fragments of these posts from their rows, and return how many there were.

    And the words they are found by. Call it in the transaction that changed them. Three
    statements for every 500 posts; the cached cards are forgotten after commit.
    """
    ids = sorted(set(post_ids))
    count = 0
    for start in range(0, len(ids), _AT_ONCE):
        count += _chunk_write(ids[start : start + _AT_ONCE])
    return count


def fragments_rewrite(*, author_id: int) -> int:
    """Write all fragments of an account whose name changed, and return how many there were."""
    count, last = 0, 0
    while True:
        posts = Post.objects.filter(author_id=author_id, pk__gt=last).order_by("pk")
        ids = list(posts.values_list("pk", flat=True)[:_AT_ONCE])
        if not ids:
            return count
        with transaction.atomic():
            count += fragment_write(ids)
        last = ids[-1]


def author_cards_forget(*, author_id: int) -> None:
    """Forget the cached cards of an account's posts once the transaction commits.

    For a change of who may see them: private or public, suspended or reinstated.
    """
    cards_forget(Post.objects.filter(author_id=author_id).values_list("pk", flat=True))


def cards_forget(post_ids: Iterable[int], *, also: Iterable[str] = ()) -> None:
    """Forget the cached cards of these posts, and the values named in `also`, after commit."""
    names = [f"card:{post_id}" for post_id in post_ids]
    transaction.on_commit(partial(cache.forget, [*names, *also]))


@transaction.atomic
def _chunk_write(ids: list[int]) -> int:
    # Locked: a post that is deleted meanwhile is left out, or waits for the end of this.
    posts = Post.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    rows = posts.order_by("pk").values_list(*_COLUMNS)
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    made = [(_fragment(fields), fields["id"]) for fields in found]
    if not made:
        return 0
    SearchText.objects.bulk_create(
        [SearchText(post_id=fields["id"], text=_searched(fields)) for fields in found],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["text"],
    )
    table = connection.ops.quote_name(Post._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = (
                f"UPDATE {table} p SET fragment = made.fragment"  # noqa: S608
                " FROM unnest(%s::text[], %s::bigint[]) AS made(fragment, id) WHERE p.id = made.id"
            )
            cursor.execute(sql, [list(column) for column in zip(*made, strict=True)])
        else:
            cursor.executemany(f"UPDATE {table} SET fragment = %s WHERE id = %s", made)  # noqa: S608
    cards_forget(ids)
    return len(made)


def _searched(fields: dict[str, Any]) -> str:
    text = fold(fields["content"])
    beside = [f"#{name}" for name in fields["hashtags"] if f"#{name}" not in text]
    return " ".join([text, *beside])


def _fragment(fields: dict[str, Any]) -> str:
    others = dict(fields)
    author = {
        "id": others.pop("author_id"),
        "username": others.pop("author__username"),
        "display_name": others.pop("author__display_name"),
    }
    if others["sound_id"] is None:
        # Most posts have none, and need not say so.
        del others["sound_id"]
    ordered = {"id": others.pop("id"), "kind": others.pop("kind"), "author": author, **others}
    return orjson.dumps(ordered, option=orjson.OPT_UTC_Z).decode()
