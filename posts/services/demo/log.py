"""The event log of a drawn community."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.models import Event
from posts.models import Post
from posts.services.demo.accounts import Floats, Ints
from posts.services.demo.draft import Draft
from posts.services.demo.storing import mark_times, moment
from socialml.core.bulk import rows_insert
from socialml.core.progress import progress
from socialml.core.text import hashtags_of

_EVENT = (
    *("kind", "actor_id", "post_id", "target_id", "comment_id", "post_kind", "category"),
    *("hashtags", "language", "duration_ms", "query", "occurred_at", "recorded_at"),
)
_KINDS = tuple(Event.Kind)
_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class _Entries:
    """Events as columns; -1 stands for nobody and nothing."""

    kind: Ints
    actor: Ints
    post: Ints
    target: Ints
    comment: Ints
    duration_ms: Ints
    at: Floats

    @classmethod
    def of(cls, kind: Event.Kind, at: Floats, **columns: Ints) -> "_Entries":
        nothing = np.full(len(at), -1)
        rest = {name: columns.get(name, nothing) for name in cls.__slots__[1:-1]}
        return cls(kind=np.full(len(at), _KINDS.index(kind)), at=at, **rest)


def log_write(draft: Draft, user_ids: Ints, post_ids: Ints, comment_ids: list[int]) -> int:
    """Insert every event of the community, oldest first, and return how many there are."""
    parts = [*_lives(draft), *_showings(draft), *_comments(draft)]
    columns = [
        np.concatenate([getattr(part, name) for part in parts]) for name in _Entries.__slots__
    ]
    order = np.argsort(columns[-1], kind="stable")
    facts = _facts(draft)
    # One more, at the end, for -1.
    users, posts = [*user_ids.tolist(), None], [*post_ids.tolist(), None]
    comments = [*comment_ids, None]

    def rows() -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(order), _ROWS_AT_ONCE):
            some = order[start : start + _ROWS_AT_ONCE]
            cut = (column[some].tolist() for column in columns)
            for kind, actor, post, target, comment, duration_ms, seconds in zip(*cut, strict=True):
                at = moment(seconds)
                yield (
                    *(_KINDS[kind], users[actor], posts[post], users[target], comments[comment]),
                    *facts[post],
                    *(None if duration_ms < 0 else duration_ms, "", at, at),
                )

    return rows_insert(Event, _EVENT, progress(rows(), label="writing events", total=len(order)))


def _lives(draft: Draft) -> Iterator[_Entries]:
    """Signing up, following, publishing, and what the toxicity model held."""
    people, posts, follows = draft.accounts, draft.posts, draft.follows
    yield _Entries.of(Event.Kind.SIGNED_UP, people.joined, actor=np.arange(len(people)))
    yield _Entries.of(
        Event.Kind.FOLLOWED, follows.at, actor=follows.follower, target=follows.followed
    )
    every = np.arange(len(posts))
    yield _Entries.of(
        Event.Kind.POSTED, posts.published, actor=posts.author, post=every, target=posts.author
    )
    held = np.flatnonzero(draft.is_held)
    yield _Entries.of(
        Event.Kind.HIDDEN, posts.published[held], post=held, target=posts.author[held]
    )


def _showings(draft: Draft) -> Iterator[_Entries]:
    shown, authors = draft.showings, draft.posts.author
    passed = ~shown.is_viewed & ~shown.is_skipped
    for kind, which, has_duration in (
        (Event.Kind.IMPRESSION, passed, False),
        (Event.Kind.VIEWED, shown.is_viewed, True),
        (Event.Kind.SKIPPED, shown.is_skipped, True),
    ):
        i = np.flatnonzero(which)
        duration = {"duration_ms": shown.watch_ms[i]} if has_duration else {}
        yield _Entries.of(
            kind,
            shown.at[i],
            actor=shown.user[i],
            post=shown.post[i],
            target=authors[shown.post[i]],
            **duration,
        )
    at = mark_times(draft)
    for kind, which in (
        (Event.Kind.LIKED, shown.is_liked),
        (Event.Kind.SAVED, shown.is_saved),
        (Event.Kind.SHARED, shown.is_shared),
    ):
        i = np.flatnonzero(which)
        yield _Entries.of(
            kind, at[i], actor=shown.user[i], post=shown.post[i], target=authors[shown.post[i]]
        )
    i = np.flatnonzero(shown.is_followed)
    yield _Entries.of(
        Event.Kind.FOLLOWED, at[i], actor=shown.user[i], target=authors[shown.post[i]]
    )


def _comments(draft: Draft) -> Iterator[_Entries]:
    comments, authors = draft.comments, draft.posts.author
    every = np.arange(len(comments))
    held = np.flatnonzero(comments.is_held)
    yield _Entries.of(
        Event.Kind.COMMENTED,
        comments.at,
        actor=comments.author,
        post=comments.post,
        target=authors[comments.post],
        comment=every,
    )
    yield _Entries.of(
        Event.Kind.HIDDEN,
        comments.at[held],
        post=comments.post[held],
        target=authors[comments.post[held]],
        comment=held,
    )


def _facts(draft: Draft) -> list[tuple[str, str, list[str], str]]:
    """Return what the log keeps of each post, and at the end of none."""
    posts = draft.posts
    found = [
        (
            str(Post.Kind.REEL if posts.is_reel[i] else Post.Kind.POST),
            draft.words.topics[posts.topic[i]],
            hashtags_of(content),
            draft.scores[content].language,
        )
        for i, content in enumerate(posts.content)
    ]
    return [*found, ("", "", [], "")]
