"""Likes and saves: one account's mark on one post, counted once.

The only writer of Like, Save, Post.like_count and Post.save_count. On PostgreSQL each call is one
statement: who may see the post, the row, the counter and the event.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from analytics.models import Event
from analytics.services import Facts, event_record
from posts.models import Like, Post, Save
from posts.services.fragments import cards_forget
from posts.services.posts import PostNotFound

# Stand for the viewer and the post in the compiled statement; no row has such an id.
_VIEWER, _POST = -1, -2
_FACTS = ("author_id", "kind", "category", "hashtags", "language")

_INSERT = """
    INSERT INTO {marks} (post_id, user_id, {time}) SELECT id, %s, %s FROM post
    ON CONFLICT (user_id, post_id) DO NOTHING RETURNING post_id
"""
_DELETE = """
    DELETE FROM {marks} m USING post WHERE m.post_id = post.id AND m.user_id = %s
    RETURNING m.post_id
"""
_STATEMENT = """
    WITH post AS ({visible}),
    changed AS ({change}),
    counted AS (
        UPDATE {posts} p SET {counter} = p.{counter} {sign} 1 FROM changed
        WHERE p.id = changed.post_id RETURNING p.{counter} AS count
    ),
    logged AS (
        INSERT INTO {events} (
            kind, actor_id, post_id, target_id,
            post_kind, category, hashtags, language, query, occurred_at, recorded_at
        )
        SELECT %s, %s, post.id, post.author_id,
            post.kind, post.category, post.hashtags, post.language, '', %s, %s
        FROM post JOIN changed ON changed.post_id = post.id
    )
    SELECT (SELECT {counter} FROM post), (SELECT count FROM counted)
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """One kind of mark, and where it is written."""

    model: type[Like] | type[Save]
    time: str
    counter: str
    added: Event.Kind
    removed: Event.Kind
    # The cached list of the account's marks.
    cached: str


LIKE = Mark(Like, "liked_at", "like_count", Event.Kind.LIKED, Event.Kind.UNLIKED, "liked")
SAVE = Mark(Save, "saved_at", "save_count", Event.Kind.SAVED, Event.Kind.UNSAVED, "saved")


@dataclass(frozen=True, slots=True)
class Marked:
    """What a call did: whether it changed anything, and the post's count after it."""

    changed: bool
    count: int


def like_add(*, post_id: int, user_id: int, at: datetime) -> Marked:
    """Make the account like the post. Calling it again, or twice at once, counts once.

    :raises PostNotFound: if the account may not see the post.
    """
    return _mark_set(LIKE, post_id=post_id, user_id=user_id, at=at, adds=True)


def like_remove(*, post_id: int, user_id: int, at: datetime) -> Marked:
    """Take back the account's like of the post, if there is one.

    :raises PostNotFound: if the account may not see the post.
    """
    return _mark_set(LIKE, post_id=post_id, user_id=user_id, at=at, adds=False)


def save_add(*, post_id: int, user_id: int, at: datetime) -> Marked:
    """Keep the post in the account's saved list. Calling it again counts once.

    :raises PostNotFound: if the account may not see the post.
    """
    return _mark_set(SAVE, post_id=post_id, user_id=user_id, at=at, adds=True)


def save_remove(*, post_id: int, user_id: int, at: datetime) -> Marked:
    """Take the post from the account's saved list, if it is there.

    :raises PostNotFound: if the account may not see the post.
    """
    return _mark_set(SAVE, post_id=post_id, user_id=user_id, at=at, adds=False)


def _mark_set(mark: Mark, *, post_id: int, user_id: int, at: datetime, adds: bool) -> Marked:
    change = _by_statement if connection.vendor == "postgresql" else _by_steps
    marked = change(mark, post_id, user_id, at, adds)
    if marked is None:
        raise PostNotFound(f"There is no post {post_id}.")
    if marked.changed:
        cards_forget([post_id], also=[f"{mark.cached}:{user_id}"])
    return marked


def _by_steps(mark: Mark, post_id: int, user_id: int, at: datetime, adds: bool) -> Marked | None:
    """Mark in a short transaction, for databases without writing WITH queries."""
    with transaction.atomic():
        visible = Post.objects.visible_to(user_id).filter(pk=post_id)
        row = visible.values_list(*_FACTS, mark.counter).first()
        if row is None:
            return None
        *facts, count = row
        if adds:
            _, changed = mark.model.objects.get_or_create(
                post_id=post_id, user_id=user_id, defaults={mark.time: at}
            )
        else:
            deleted, _ = mark.model.objects.filter(post_id=post_id, user_id=user_id).delete()
            changed = bool(deleted)
        if not changed:
            return Marked(changed=False, count=count)
        by = 1 if adds else -1
        Post.objects.filter(pk=post_id).update(**{mark.counter: F(mark.counter) + by})
        event_record(
            kind=mark.added if adds else mark.removed,
            actor_id=user_id,
            post_id=post_id,
            at=at,
            facts=Facts(*facts),
        )
        return Marked(changed=True, count=count + by)


def _by_statement(
    mark: Mark, post_id: int, user_id: int, at: datetime, adds: bool
) -> Marked | None:
    sql, visible_params = _statement(mark, adds)
    ids = {_VIEWER: user_id, _POST: post_id}
    params: list[Any] = [ids.get(p, p) if isinstance(p, int) else p for p in visible_params]
    params += [user_id, at] if adds else [user_id]
    params += [mark.added if adds else mark.removed, user_id, at, at]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        before, after = cursor.fetchone()
    if before is None:
        return None
    return Marked(changed=after is not None, count=before if after is None else after)


@cache
def _statement(mark: Mark, adds: bool) -> tuple[str, tuple[Any, ...]]:
    """Return the statement, and the parameters of its visibility part with ids to be put in.

    Compiled once: the visibility rule stays the queryset's, and costs no compiling a request.
    """
    visible = Post.objects.visible_to(_VIEWER).filter(pk=_POST)
    visible_sql, params = visible.values("id", *_FACTS, mark.counter).query.sql_with_params()
    change = _INSERT if adds else _DELETE
    sql = _STATEMENT.format(
        visible=visible_sql,
        change=change.format(marks=mark.model._meta.db_table, time=mark.time),
        posts=Post._meta.db_table,
        events=Event._meta.db_table,
        counter=mark.counter,
        sign="+" if adds else "-",
    )
    return sql, params
