"""Likes and saves: one account's mark on one post, counted once.

The only writer of Like, Save, Post.like_count and Post.save_count. On PostgreSQL each call is one
statement: who may see the post, the row, the counter and the event.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, transaction

from analytics.models import Event
from analytics.services.announcing import event_announce
from posts.models import Like, Post, Save
from posts.services.fragments import cards_forget
from posts.services.posts import PostNotFound

# Stand for the viewer and the post in the compiled statements; no row has such an id.
_VIEWER, _POST = -1, -2
_FACTS = ("author_id", "kind", "category", "hashtags", "language", "sound_id")
_EVENT_COLUMNS = """
    kind, actor_id, post_id, target_id,
    post_kind, category, hashtags, language, sound_id, query, occurred_at, recorded_at
"""

# PostgreSQL's one statement.
_STATEMENT = """
    WITH post AS ({visible}),
    changed AS ({change}),
    counted AS (
        UPDATE {posts} p SET {counter} = p.{counter} {sign} 1 FROM changed
        WHERE p.id = changed.post_id RETURNING p.{counter} AS count
    ),
    logged AS (
        INSERT INTO {events} ({columns})
        SELECT %s, %s, post.id, post.author_id,
            post.kind, post.category, post.hashtags, post.language, post.sound_id, '', %s, %s
        FROM post JOIN changed ON changed.post_id = post.id
        RETURNING id
    )
    SELECT (SELECT {counter} FROM post), (SELECT count FROM counted), (SELECT id FROM logged)
"""
_INSERT_SELECTED = """
    INSERT INTO {marks} (post_id, user_id, {time}) SELECT id, %s, %s FROM post
    ON CONFLICT (user_id, post_id) DO NOTHING RETURNING post_id
"""
_DELETE_SELECTED = """
    DELETE FROM {marks} m USING post WHERE m.post_id = post.id AND m.user_id = %s
    RETURNING m.post_id
"""

# The same as steps, for databases whose WITH cannot write.
_INSERT = """
    INSERT INTO {marks} (post_id, user_id, {time}) VALUES (%s, %s, %s)
    ON CONFLICT (user_id, post_id) DO NOTHING
"""
_DELETE = "DELETE FROM {marks} WHERE post_id = %s AND user_id = %s"
_COUNT = "UPDATE {posts} SET {counter} = {counter} {sign} 1 WHERE id = %s"
_LOG = """
    INSERT INTO {events} ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, %s)
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
    """What a call did: whether it changed anything, the post's count after it, and its event."""

    changed: bool
    count: int
    event_id: int | None = None


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
    if marked.event_id is not None:
        # First, since it is not waited for: it goes along with what follows.
        event_announce(actor_id=user_id, event_id=marked.event_id)
    if marked.changed:
        cards_forget([post_id], also=[f"{mark.cached}:{user_id}"])
    return marked


def _by_steps(mark: Mark, post_id: int, user_id: int, at: datetime, adds: bool) -> Marked | None:
    """Mark in a short transaction of plain statements."""
    compiled = _compiled(mark, adds)
    moment = connection.ops.adapt_datetimefield_value(at)
    change = [post_id, user_id, moment] if adds else [post_id, user_id]
    kind = mark.added if adds else mark.removed
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(compiled.visible, compiled.parameters(user_id, post_id))
        row = cursor.fetchone()
        if row is None:
            return None
        _, *facts, count = row
        cursor.execute(compiled.change, change)
        if not cursor.rowcount:
            return Marked(changed=False, count=count)
        cursor.execute(compiled.count, [post_id])
        cursor.execute(compiled.log, [kind, user_id, post_id, *facts, moment, moment])
        event_id = cursor.lastrowid
    return Marked(changed=True, count=count + (1 if adds else -1), event_id=event_id)


def _by_statement(
    mark: Mark, post_id: int, user_id: int, at: datetime, adds: bool
) -> Marked | None:
    """Mark in one statement, and one round trip."""
    compiled = _compiled(mark, adds)
    parameters = compiled.parameters(user_id, post_id)
    parameters += [user_id, at] if adds else [user_id]
    parameters += [mark.added if adds else mark.removed, user_id, at, at]
    with connection.cursor() as cursor:
        cursor.execute(compiled.whole, parameters)
        before, after, event_id = cursor.fetchone()
    if before is None:
        return None
    return Marked(after is not None, before if after is None else after, event_id)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The SQL of one mark's adding or removing: the steps, and all of them as one statement."""

    visible: str
    visible_parameters: tuple[Any, ...]
    change: str
    count: str
    log: str
    whole: str

    def parameters(self, user_id: int, post_id: int) -> list[Any]:
        """Return the parameters of `visible` for this viewer and post."""
        ids = {_VIEWER: user_id, _POST: post_id}
        return [ids.get(p, p) if isinstance(p, int) else p for p in self.visible_parameters]


@cache
def _compiled(mark: Mark, adds: bool) -> Compiled:
    """Return the statements; the visibility rule in them stays the queryset's.

    Compiled once, it costs no compiling a request.
    """
    rows = Post.objects.visible_to(_VIEWER).filter(pk=_POST)
    visible, parameters = rows.values_list("id", *_FACTS, mark.counter).query.sql_with_params()
    names = {
        "visible": visible,
        "marks": mark.model._meta.db_table,
        "time": mark.time,
        "posts": Post._meta.db_table,
        "events": Event._meta.db_table,
        "columns": _EVENT_COLUMNS,
        "counter": mark.counter,
        "sign": "+" if adds else "-",
    }
    selected = _INSERT_SELECTED if adds else _DELETE_SELECTED
    return Compiled(
        visible=visible,
        visible_parameters=parameters,
        change=(_INSERT if adds else _DELETE).format(**names),
        count=_COUNT.format(**names),
        log=_LOG.format(**names),
        whole=_STATEMENT.format(change=selected.format(**names), **names),
    )
