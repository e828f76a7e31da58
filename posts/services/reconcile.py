"""Do the counters count what is there, and do the rows agree with the event log?

A counter is compared with its rows in one statement, so that writers who work meanwhile are seen
entirely or not at all. The log is dropped after a while: a post's events are all there as long as
the event of its publication, the first of them, is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from analytics.models import Event
from posts.models import Comment, Like, Post, Save, Share
from posts.services.fragments import cards_forget
from profiles.models import Follow, User

_AT_ONCE = 2_000
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: of `stored` with `counted`, for each row of `model` that `where` keeps."""

    name: str
    model: type[models.Model]
    stored: Any
    counted: Any
    where: Any = field(default_factory=Q)
    # Whether a repair may write `counted` into the column called `column`.
    column: str = ""


@dataclass(slots=True)
class Finding:
    """What one check found: rows read, and (id, stored, counted) of those that differ."""

    check: Check
    rows: int = 0
    drifted: list[tuple[int, int, int]] = field(default_factory=list)
    repaired: int = 0
    # Those that agreed again, or were gone, when they were to be repaired.
    settled: int = 0

    @property
    def example(self) -> str:
        shown = self.drifted[:_SHOWN]
        return ", ".join(f"{pk}: {stored} is {counted}" for pk, stored, counted in shown)


def counters_check() -> Iterator[Finding]:
    """Yield what each check found, one after another. Reads only, 2,000 rows a statement."""
    for check in CHECKS:
        finding = Finding(check)
        for low, high in _ranges(check.model):
            rows = _annotated(check).filter(pk__gte=low, pk__lt=high)
            finding.rows += rows.count()
            finding.drifted += rows.exclude(stored=F("counted")).values_list(
                "pk", "stored", "counted"
            )
        yield finding


def counters_fix(finding: Finding) -> None:
    """Write what was counted into each row that differs, if the check's column may be written.

    Each row is locked and counted again first, so that a writer who works meanwhile is not
    undone: it adds to what we write.
    """
    check = finding.check
    if not check.column:
        return
    for pk, _, _ in finding.drifted:
        with transaction.atomic():
            list(check.model._default_manager.select_for_update().filter(pk=pk))
            # A statement of its own: it sees what was committed while we waited for the lock.
            row = _annotated(check).filter(pk=pk).values_list("stored", "counted").first()
            if row is None or row[0] == row[1]:
                finding.settled += 1
                continue
            check.model._default_manager.filter(pk=pk).update(**{check.column: row[1]})
            finding.repaired += 1
            if check.model is Post:
                cards_forget([pk])


def _annotated(check: Check) -> Any:
    rows = check.model._default_manager.filter(check.where)
    return rows.annotate(stored=check.stored, counted=check.counted)


def _ranges(model: type[models.Model]) -> Iterator[tuple[int, int]]:
    """Yield bounds of ids that hold _AT_ONCE rows each, however sparse the ids are."""
    ids = model._default_manager.order_by("pk").values_list("pk", flat=True)
    low = ids.first()
    while low is not None:
        high = ids.filter(pk__gte=low)[_AT_ONCE : _AT_ONCE + 1].first()
        yield low, 2**63 - 1 if high is None else high
        low = high


def _rows_of(model: type[models.Model], key: str, **which: Any) -> Any:
    """Count the rows of `model` whose `key` is the outer row's id."""
    mine = model._default_manager.filter(**{key: OuterRef("pk")}, **which)
    counts = mine.order_by().values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts), 0)


def _events_of(key: str, kind: Event.Kind) -> Any:
    return _rows_of(Event, key, kind=kind)


def _net(key: str, added: Event.Kind, removed: Event.Kind) -> Any:
    return _events_of(key, added) - _events_of(key, removed)


def _comments_logged() -> Any:
    """Count the comments of the outer post that the log knows and does not know to be deleted."""
    deleted = Event.objects.filter(
        kind=Event.Kind.COMMENT_DELETED,
        post_id=OuterRef("post_id"),
        comment_id=OuterRef("comment_id"),
    )
    mine = Event.objects.filter(~Exists(deleted), post_id=OuterRef("pk"), kind=Event.Kind.COMMENTED)
    counts = mine.order_by().values("post_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts), 0)


_POST_LOGGED = Exists(Event.objects.filter(post_id=OuterRef("pk"), kind=Event.Kind.POSTED))
_ACCOUNT_LOGGED = Exists(Event.objects.filter(actor_id=OuterRef("pk"), kind=Event.Kind.SIGNED_UP))
_VISIBLE_COMMENT = {"moderation": Comment.Moderation.VISIBLE, "deleted_at": None}


def _counter(model: type[models.Model], column: str, counted: Any, **more: Any) -> Check:
    name = f"{model._meta.model_name}.{column}"
    return Check(name, model, F(column), counted, column=column, **more)


def _log(name: str, rows: Any, events: Any, *, model: type[models.Model] = Post) -> Check:
    where = _POST_LOGGED if model is Post else _ACCOUNT_LOGGED
    return Check(f"log: {name}", model, rows, events, where=where)


CHECKS: tuple[Check, ...] = (
    _counter(Post, "like_count", _rows_of(Like, "post_id")),
    _counter(Post, "save_count", _rows_of(Save, "post_id")),
    _counter(Post, "share_count", _rows_of(Share, "post_id")),
    _counter(Post, "comment_count", _rows_of(Comment, "post_id", **_VISIBLE_COMMENT)),
    # Views are kept in the log alone.
    _counter(Post, "view_count", _events_of("post_id", Event.Kind.VIEWED), where=_POST_LOGGED),
    _counter(Comment, "reply_count", _rows_of(Comment, "parent_id", **_VISIBLE_COMMENT)),
    _counter(User, "post_count", _rows_of(Post, "author_id", moderation=Post.Moderation.VISIBLE)),
    _counter(User, "follower_count", _rows_of(Follow, "followed_id", state=Follow.State.ACCEPTED)),
    _counter(User, "following_count", _rows_of(Follow, "follower_id", state=Follow.State.ACCEPTED)),
    _log("likes", _rows_of(Like, "post_id"), _net("post_id", Event.Kind.LIKED, Event.Kind.UNLIKED)),
    _log("saves", _rows_of(Save, "post_id"), _net("post_id", Event.Kind.SAVED, Event.Kind.UNSAVED)),
    _log("shares", _rows_of(Share, "post_id"), _events_of("post_id", Event.Kind.SHARED)),
    _log("comments", _rows_of(Comment, "post_id", deleted_at=None), _comments_logged()),
    # By who follows, not by who is followed: the log has an index of its actors.
    _log(
        "follows",
        _rows_of(Follow, "follower_id", state=Follow.State.ACCEPTED),
        _net("actor_id", Event.Kind.FOLLOWED, Event.Kind.UNFOLLOWED),
        model=User,
    ),
)
