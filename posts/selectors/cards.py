"""Posts as clients see them: the stored fragment, the counters, and the viewer's own marks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db.models import CharField, Value

from posts.models import Like, Post, Save
from posts.selectors.media import media_signed, state_name
from profiles.models import Follow
from profiles.selectors import Topics
from socialml.core import cache

CARD_SECONDS = 300
COUNTERS = ("like_count", "comment_count", "save_count", "share_count", "view_count")
# What `cards_from` takes of each post.
CARD_COLUMNS = ("id", "author_id", "fragment", "moderation", *COUNTERS)

# A card's cache name is this and its post's id.
CARD_PREFIX = "card:"
PUBLIC, FOLLOWERS_ONLY, GONE = b"0", b"1", b"-"

_COUNTS = ',"like_count":%d,"comment_count":%d,"save_count":%d,"share_count":%d,"view_count":%d'


def cards(post_ids: Sequence[int], viewer_id: int | None) -> list[dict[str, Any]]:
    """Return the posts that the viewer may see, in the given order, with the viewer's marks.

    Two queries whatever the number.
    """
    posts = Post.objects.visible_to(viewer_id).filter(pk__in=post_ids)
    made = cards_from(posts.values_list(*CARD_COLUMNS), viewer_id)
    by_id = {card["id"]: card for card in made}
    return [by_id[post_id] for post_id in post_ids if post_id in by_id]


def cards_from(rows: Iterable[tuple[Any, ...]], viewer_id: int | None) -> list[dict[str, Any]]:
    """Return the cards of rows of CARD_COLUMNS, in their order. One query for the marks."""
    found = list(rows)
    marks = marks_of(viewer_id, [row[0] for row in found], [row[1] for row in found])
    return [
        {
            **_fragment_read(fragment, moderation),
            **dict(zip(COUNTERS, counts, strict=True)),
            "liked": post_id in marks["liked"],
            "saved": post_id in marks["saved"],
            "following": author_id in marks["following"],
        }
        for post_id, author_id, fragment, moderation, *counts in found
    ]


def marks_of(
    viewer_id: int | None, post_ids: Sequence[int], author_ids: Sequence[int]
) -> dict[str, set[int]]:
    """Return which of the posts the viewer liked and saved, and which authors they follow.

    One query, none for nobody or for no posts.
    """
    marks: dict[str, set[int]] = {"liked": set(), "saved": set(), "following": set()}
    if viewer_id is None or not post_ids:
        return marks
    liked = Like.objects.filter(user_id=viewer_id, post_id__in=post_ids)
    saved = Save.objects.filter(user_id=viewer_id, post_id__in=post_ids)
    follows = Follow.objects.accepted().filter(
        follower_id=viewer_id, followed_id__in=set(author_ids)
    )
    union = liked.values_list(_mark("liked"), "post_id").union(
        saved.values_list(_mark("saved"), "post_id"),
        follows.values_list(_mark("following"), "followed_id"),
        all=True,
    )
    for mark, marked_id in union:
        marks[mark].add(marked_id)
    return marks


def card_bytes(post_ids: Sequence[int]) -> dict[int, bytes]:
    """Return each post as cached bytes, for joining without parsing.

    The first byte says for whom: b"0" everybody, b"1" the author's followers alone, as the account
    is private or the post's reach reduced, b"-" nobody (and
    nothing follows it). The rest is a JSON object that still lacks its end: append the viewer's
    marks, `,"liked":false,"saved":false,"following":false}`. One round trip to Redis; two more
    and one query for those not cached. Counters of views may be CARD_SECONDS old, all others
    are those of the last commit.
    """
    names = [f"{CARD_PREFIX}{post_id}" for post_id in post_ids]
    values = dict(zip(names, cache.read_many(names), strict=True))
    missing = [name for name, value in values.items() if value is None]
    loaded = cache.load_many(missing, _cards_load, seconds=CARD_SECONDS)
    merged = {**values, **loaded}
    return {
        post_id: value
        for post_id, name in zip(post_ids, names, strict=True)
        if (value := merged[name]) is not None
    }


def card_is_muted(card: bytes, topics: Topics | None) -> bool:
    """Return whether a card of `card_bytes` is of what the viewer does not want to see.

    A text too short to tell its language is for all. Without topics nothing is muted.
    """
    if topics is None or not any(topics.values()) or card[:1] == GONE:
        return False
    post = orjson.loads(card[1:] + b"}")
    if post["category"] in topics["categories"]:
        return True
    if not set(topics["hashtags"]).isdisjoint(post["hashtags"]):
        return True
    return bool(topics["languages"]) and post["language"] not in {*topics["languages"], "", "und"}


def _cards_load(names: Sequence[str]) -> Mapping[str, bytes]:
    ids = [int(name.partition(":")[2]) for name in names]
    rows = Post.objects.published().filter(pk__in=ids).exclude(fragment="")
    columns = ("id", "author__is_private", "is_reduced", "fragment", *COUNTERS)
    found = {row[0]: _card(row) for row in rows.values_list(*columns)}
    return {f"{CARD_PREFIX}{post_id}": found.get(post_id, GONE) for post_id in ids}


def _card(row: tuple[Any, ...]) -> bytes:
    _, is_private, is_reduced, fragment, *counts = row
    audience = FOLLOWERS_ONLY if is_private or is_reduced else PUBLIC
    if is_private:
        # What not everybody may see carries addresses that not everybody could open.
        fragment = orjson.dumps(_fragment_read(fragment, Post.Moderation.VISIBLE)).decode()
    card: str = fragment[:-1] + _COUNTS % tuple(counts)
    return audience + card.encode()


def _fragment_read(fragment: str, moderation: str) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(fragment)
    # Of a closed account nobody is shown cards.
    read["media"] = media_signed(read["media"], state=state_name(moderation, is_active=True))
    return read


def _mark(name: str) -> Value:
    return Value(name, output_field=CharField())
