"""Posts one by one, in filtered lists, and as saved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from posts.models import Post, PostQuerySet
from posts.selectors.cards import CARD_COLUMNS, cards, cards_from
from profiles.selectors import hidden_author_ids
from socialml.core.text import fold

# What each ordering compares, and whether the greatest comes first.
ORDERINGS = {
    "newest": ("published_at", True),
    "oldest": ("published_at", False),
    "popular": ("like_count", True),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and where the next one starts; None after the last."""

    results: list[dict[str, Any]]
    next: list[Any] | None


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What a list of posts is narrowed to; the empty one keeps everything."""

    author_id: int | None = None
    kind: str = ""
    category: str = ""
    hashtag: str = ""
    # Each must occur in the content, letter by letter.
    words: Sequence[str] = ()
    sentiment: str = ""
    since: datetime | None = None
    until: datetime | None = None


def post_of(*, post_id: int, viewer_id: int) -> dict[str, Any] | None:
    """Return the post's card, or None if the viewer may not see it.

    Its author also learns how it was judged: "moderation", "moderation_reason" and "insights".
    Two queries, one more for the author.
    """
    found = cards([post_id], viewer_id)
    if not found:
        return None
    card = found[0]
    if card["author"]["id"] == viewer_id:
        columns = ("moderation", "moderation_reason", "insights")
        card.update(Post.objects.filter(pk=post_id).values(*columns).first() or {})
    return card


def posts_page(
    *,
    viewer_id: int,
    narrow: PostFilter,
    ordering: str = "newest",
    after: Sequence[Any] | None = None,
    limit: int = 20,
) -> Page:
    """Return the posts that the viewer may see and `narrow` keeps, after the place `after`.

    Ties go by id, so pages by time never overlap; "popular" goes by the likes of the moment.
    Two queries whatever the limit.
    """
    column, is_descending = ORDERINGS[ordering]
    posts = _narrowed(Post.objects.visible_to(viewer_id), narrow)
    if after is not None:
        posts = posts.filter(_beyond(column, after, is_descending=is_descending))
    sign = "-" if is_descending else ""
    rows = posts.order_by(f"{sign}{column}", f"{sign}id").values_list(*CARD_COLUMNS, column)
    found = list(rows[: limit + 1])
    results = cards_from([row[:-1] for row in found[:limit]], viewer_id)
    last = found[limit - 1] if len(found) > limit else None
    return Page(results, _place(last) if last else None)


def saved_page(*, viewer_id: int, after: int | None = None, limit: int = 20) -> Page:
    """Return what the viewer saved and may still see, the newest save first. Two queries."""
    posts = Post.objects.visible_to(viewer_id).filter(saves__user_id=viewer_id)
    if after is not None:
        posts = posts.filter(saves__pk__lt=after)
    rows = posts.order_by("-saves__pk").values_list(*CARD_COLUMNS, "saves__pk")
    found = list(rows[: limit + 1])
    results = cards_from([row[:-1] for row in found[:limit]], viewer_id)
    return Page(results, [found[limit - 1][-1]] if len(found) > limit else None)


def shown_ids(post_ids: Collection[int], viewer_id: int) -> set[int]:
    """Return those that are out, that the viewer may see, and whose author they do not mute.

    None of reduced reach, whoever asks: it is for what is put before many. Two queries.
    """
    posts = Post.objects.published().visible_to(viewer_id)
    posts = posts.filter(pk__in=post_ids, is_reduced=False)
    shown = posts.exclude(author_id__in=hidden_author_ids(viewer_id))
    return set(shown.values_list("pk", flat=True))


def _narrowed(posts: PostQuerySet, narrow: PostFilter) -> PostQuerySet:
    equal = {
        "author_id": narrow.author_id,
        "kind": narrow.kind,
        "category": narrow.category,
        "tags__name": narrow.hashtag,
        "sentiment": narrow.sentiment,
        "published_at__gte": narrow.since,
        "published_at__lt": narrow.until,
    }
    posts = posts.filter(**{name: value for name, value in equal.items() if value})
    for word in narrow.words:
        posts = posts.filter(search_text__text__contains=fold(word))
    return posts


def _beyond(column: str, after: Sequence[Any], *, is_descending: bool) -> Q:
    value, last_id = after
    if column == "published_at":
        value = datetime.fromisoformat(value)
    than = "lt" if is_descending else "gt"
    return Q(**{f"{column}__{than}": value}) | Q(**{column: value, f"id__{than}": last_id})


def _place(row: Sequence[Any]) -> list[Any]:
    value = row[-1]
    return [value.isoformat() if isinstance(value, datetime) else value, row[0]]
