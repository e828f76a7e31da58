"""The feed: ranked ids that were predicted, stored cards, and the viewer's own marks.

A first page costs one round trip to Redis, the gate's, which brings the slate, its first cards and
the viewer's marks along. What the cache lacks is read from the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mlengine import predictions
from mlengine.models import Slate
from mlengine.predictions import StoredSlate, opening_command
from posts.models import Post
from posts.selectors.cards import CARD_PREFIX, FOLLOWERS_ONLY, GONE, card_bytes, card_is_muted
from posts.selectors.marks import KINDS, Marks, marks_names, viewer_marks
from profiles.selectors import choice_name, is_personalised, topics_of
from socialml.core import cache
from socialml.core.errors import Invalid
from socialml.core.queue import enqueue
from socialml.core.redis import Command, breaker, client, key

# Cards read beyond the page, to make up for those that have gone since the slate was made.
_SLACK = 4
# Those of a page of the usual length come with its slate.
_WITH_SLATE = 20 + _SLACK
_ASK_AGAIN_SECONDS = 60
_TRUE, _FALSE = b"true", b"false"


class CursorExpired(Invalid):
    """The slate that the cursor goes on in is no longer kept."""

    code = "invalid_cursor"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`results` is a JSON array; `place` is where the next page starts, None at the end."""

    results: bytes
    place: Any
    source: str
    insights: dict[str, Any]


def ranked_commands(viewer_id: int, surface: str) -> list[Command]:
    """Return the commands to Redis whose answers `ranked_page` takes as `found`."""
    opening = opening_command(viewer_id, surface, prefix=CARD_PREFIX, most=_WITH_SLATE)
    return [opening, ("MGET", *map(key, [choice_name(viewer_id), *marks_names(viewer_id)]))]


def ranked_page(
    *, viewer_id: int, surface: str, limit: int, place: Any, found: Sequence[Any]
) -> FeedPage:
    """Return a page of the viewer's slate, or of the best fallback there is.

    Personal, else the cohort's, else trending, else newest; the newest at once for who chose no
    personalisation. Nothing muted is in any of them. `place` is [slate id, offset] of a page
    before; `found` the answers to `ranked_commands`. No query where a ranking of the viewer's
    own and all else is cached.

    :raises CursorExpired: if the slate of `place` has been dropped.
    """
    opening, values = found
    prefetched, cards = opening or (None, ())
    choice, *marks = map(cache.value_or_none, values or [None] * (1 + len(KINDS)))
    if place is not None:
        slate_id, offset = place
        slate = _slate_again(viewer_id, slate_id)
        return _slate_page(viewer_id, slate, offset=offset, limit=limit, marks=marks)
    current = _slate_now(
        viewer_id, surface, prefetched=cache.value_or_none(prefetched), choice=choice
    )
    if current is None:
        return newest_page(
            viewer_id=viewer_id, surface=surface, limit=limit, place=None, is_following=False
        )
    is_own = current.audience == Slate.Audience.ACCOUNT
    known = dict(zip(current.ids, cards, strict=False)) if is_own else {}
    return _slate_page(viewer_id, current, offset=0, limit=limit, marks=marks, known=known)


def newest_page(
    *, viewer_id: int, surface: str, limit: int, place: Any, is_following: bool
) -> FeedPage:
    """Return the newest posts that reach the viewer; no profile is read, nothing is ranked.

    Without muted topics, and in the languages chosen. `place` is [published_at, id] of the last
    post before. Three queries, and one for each mark that is not cached.
    """
    marks = viewer_marks(viewer_id)
    posts = Post.objects.visible_to(viewer_id).exclude(author_id=viewer_id)
    posts = posts.wanted_by(**topics_of(viewer_id))
    if surface == "reels":
        posts = posts.filter(kind=Post.Kind.REEL)
    if is_following:
        posts = posts.filter(author_id__in=marks.following)
    else:
        posts = posts.reaching(viewer_id)
    if marks.hidden:
        posts = posts.exclude(author_id__in=marks.hidden)
    if marks.dismissed:
        # Asked of the table: a list of thousands would be sent along with every page.
        posts = posts.exclude(dismissals__user_id=viewer_id)
    if place is not None:
        posts = posts.published_before(datetime.fromisoformat(place[0]), place[1])
    rows = list(posts.newest_first().values_list("id", "author_id", "published_at")[: limit + 1])
    page = rows[:limit]
    cards = card_bytes([row[0] for row in page])
    results = [
        _with_marks(cards[post_id], post_id, author_id, marks, b"")
        for post_id, author_id, _ in page
        if cards[post_id][:1] != GONE
    ]
    last = page[-1] if len(rows) > limit else None
    source = "following" if is_following else "newest"
    return FeedPage(
        results=_array(results),
        place=[last[2].isoformat(), last[0]] if last else None,
        source=source,
        insights={"source": source, "model_version": None},
    )


def slate_items(*, viewer_id: int, surface: str, kind: str | None, limit: int) -> FeedPage:
    """Return the best `limit` items for the viewer, of one kind where `kind` is given."""
    slate = _slate_now(viewer_id, surface)
    if slate is None:
        return newest_page(
            viewer_id=viewer_id, surface=surface, limit=limit, place=None, is_following=False
        )
    return _slate_page(viewer_id, slate, offset=0, limit=limit, kind=kind)


def _slate_now(
    viewer_id: int, surface: str, *, prefetched: bytes | None = None, choice: bytes | None = None
) -> StoredSlate | None:
    if not is_personalised(viewer_id, choice):
        return None
    if prefetched is not None:
        slate = predictions.slate_decode(prefetched)
    else:
        slate = predictions.slate_for(viewer_id, surface)
    if slate is not None and slate.ids:
        return slate
    _ask_for_a_slate(viewer_id)
    segment_id = predictions.segment_of(viewer_id)
    if segment_id is not None:
        slate = predictions.slate_shared("cohort", segment_id, surface)
    if slate is None or not slate.ids:
        slate = predictions.slate_shared("everyone", 0, surface)
    return slate if slate is not None and slate.ids else None


def _slate_again(viewer_id: int, slate_id: int) -> StoredSlate:
    slate = predictions.slate_by_id(slate_id)
    is_foreign = slate is not None and (
        slate.audience == "account" and slate.audience_id != viewer_id
    )
    if slate is None or is_foreign:
        raise CursorExpired(
            "This feed has been replaced by a newer one: start again without a cursor.",
            fields={"cursor": ["Expired."]},
        )
    return slate


def _slate_page(
    viewer_id: int,
    slate: StoredSlate,
    *,
    offset: int,
    limit: int,
    kind: str | None = None,
    marks: Sequence[bytes | None] | None = None,
    known: Mapping[int, bytes | None] | None = None,
) -> FeedPage:
    """Return a page; `marks` and `known` are cached marks and cards that were read already."""
    results: list[bytes] = []
    mine = viewer_marks(viewer_id, marks)
    # A ranking of one's own was made without what one mutes; those of others were not.
    topics = None if slate.audience == "account" else topics_of(viewer_id)
    end = len(slate.ids)
    while offset < end and len(results) < limit:
        chunk = range(offset, min(end, offset + limit - len(results) + _SLACK))
        cards = _cards([slate.ids[n] for n in chunk], known or {})
        for n in chunk:
            offset = n + 1
            card = cards[slate.ids[n]]
            is_unwanted = slate.ids[n] in mine.dismissed or card_is_muted(card, topics)
            if not is_unwanted and _may_show(card, slate.authors[n], viewer_id, mine, kind):
                why = b',"why":' + slate.whys[n]
                results.append(_with_marks(card, slate.ids[n], slate.authors[n], mine, why))
                if len(results) == limit:
                    break
    return FeedPage(
        results=_array(results),
        place=[slate.id, offset] if offset < end else None,
        source=slate.source,
        insights={
            "source": slate.source,
            "model_version": slate.model_version,
            "slate_id": slate.id,
            "computed_at": slate.computed_at,
        },
    )


def _cards(ids: Sequence[int], known: Mapping[int, bytes | None]) -> dict[int, bytes]:
    cards = {pk: raw for pk in ids if (raw := cache.value_or_none(known.get(pk))) is not None}
    missing = [post_id for post_id in ids if post_id not in cards]
    return cards | card_bytes(missing) if missing else cards


def _may_show(card: bytes, author_id: int, viewer_id: int, marks: Marks, kind: str | None) -> bool:
    if card[:1] == GONE or author_id == viewer_id or author_id in marks.hidden:
        return False
    if kind is not None and f'"kind":"{kind}"'.encode() not in card[:60]:
        return False
    return card[:1] != FOLLOWERS_ONLY or author_id in marks.following


def _with_marks(card: bytes, post_id: int, author_id: int, marks: Marks, why: bytes) -> bytes:
    return b"".join(
        (
            card[1:],
            b',"liked":',
            _TRUE if post_id in marks.liked else _FALSE,
            b',"saved":',
            _TRUE if post_id in marks.saved else _FALSE,
            b',"following":',
            _TRUE if author_id in marks.following else _FALSE,
            why,
            b"}",
        )
    )


def _array(items: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"


def _ask_for_a_slate(viewer_id: int) -> None:
    # Once a minute at most; without Redis the worker finds the viewer by what they do.
    asked = key(f"slate:asked:{viewer_id}")
    if breaker.call(lambda: client.set(asked, b"1", nx=True, ex=_ASK_AGAIN_SECONDS), None):
        enqueue(
            "mlengine.tasks.account_refresh", key=f"account_refresh:{viewer_id}", user_id=viewer_id
        )
