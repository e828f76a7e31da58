"""Bringing interactions from elsewhere in: accounts, posts, likes and views that agree."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction

from analytics.models import Event
from posts.models import Like, Post
from posts.services.fragments import cards_forget
from posts.services.imports.accounts import accounts_store, archive_of, is_possible, username_of
from posts.services.imports.interactions import Flags, Interactions, Ints, interactions_read
from posts.services.imports.items import Item, items_read, items_store
from posts.services.imports.reading import Rejects
from socialml.core.bulk import rows_insert
from socialml.core.counters import counters_add
from socialml.core.errors import Conflict
from socialml.core.progress import progress

_AT_ONCE = 20_000
_EVENT = (
    *("kind", "actor_id", "post_id", "target_id", "client_id", "post_kind", "category"),
    *("hashtags", "language", "query", "occurred_at", "recorded_at"),
)


class ImportedElsewhere(Conflict):
    """Another process writes the same interactions at the same time."""


@dataclass(slots=True)
class ImportReport:
    """What an import did, and what it could not take."""

    accounts: int = 0
    posts: int = 0
    likes: int = 0
    views: int = 0
    known: int = 0  # interactions that an earlier import had brought in
    repeated: int = 0  # rows that said again what an earlier row said
    rejected: Counter[str] = field(default_factory=Counter)
    rejects: list[Path] = field(default_factory=list)


def interactions_import(
    *,
    interactions: Path,
    items: Path | None,
    source: str,
    has_likes: bool,
    fallback: Path,
    at: datetime,
    limit: int | None = None,
) -> ImportReport:
    """Import a file of interactions with the items they speak of, and report what came of it.

    Its users become accounts `<source>-<user>` without a password, its items posts named
    `<source>:<item>`. With `has_likes` a row is a like, unless its rating is below 3: then it is
    a view, as all rows are without. Run again, it adds only what is missing; killed, it goes on
    where it stopped. Rows that cannot be taken are written beside their file, or in `fallback`.

    :raises FileRefused: if a file cannot be read or lacks a column.
    :raises NameTaken: if an account that somebody uses has the name of an imported one.
    :raises ImportedElsewhere: if another process imports the same at the same time.
    """
    rejects = [Rejects(path, fallback) for path in (interactions, *([items] if items else []))]
    try:
        described = items_read(items, rejects=rejects[-1], at=at) if items else None
        read = interactions_read(
            interactions,
            known_items={name: i for i, name in enumerate(described)}
            if described is not None
            else None,
            user_check=partial(is_possible, source),
            has_likes=has_likes,
            rejects=rejects[0],
            at=at,
            limit=limit,
        )
    finally:
        for one in rejects:
            one.close()
    report = ImportReport(repeated=read.repeated)
    report.rejected = sum((one.counts for one in rejects), Counter())
    report.rejects = [one.path for one in rejects if one.path]
    found = described
    if found is None:
        found = {name: Item(name, f"Item {name}") for name in read.items}
    user_ids, author_ids = _accounts(read, found, source, report, at)
    post_ids, report.posts = items_store(
        [*found.values()], source=source, author_ids=author_ids, at=at
    )
    _interactions_store(read, user_ids, post_ids, source, report, at)
    return report


def _accounts(
    read: Interactions, items: dict[str, Item], source: str, report: ImportReport, at: datetime
) -> tuple[Ints, dict[str, int]]:
    """Make accounts for users and authors; return the users' ids and the authors' by name."""
    firsts = np.full(len(read.users), at.timestamp())
    np.minimum.at(firsts, read.user, read.at)
    met = np.full(len(items), at.timestamp())
    np.minimum.at(met, read.item, read.at)
    names = [username_of(source, user) for user in read.users]
    joined = dict(zip(names, firsts.tolist(), strict=True))
    archive, of_author = archive_of(source), {}
    for item, first in zip(items.values(), met.tolist(), strict=True):
        if item.published_at is None:
            item.published_at = datetime.fromtimestamp(first, UTC)
        is_known = bool(item.author) and is_possible(source, item.author)
        name = username_of(source, item.author) if is_known else archive
        of_author[item.author] = name
        joined[name] = min(joined.get(name, first), item.published_at.timestamp())
    ids, report.accounts = accounts_store(joined, archive=archive)
    found: Ints = np.array([ids[name] for name in names], dtype=np.int64)
    return found, {author: ids[name] for author, name in of_author.items()}


def _interactions_store(
    read: Interactions,
    user_ids: Ints,
    post_ids: dict[str, int],
    source: str,
    report: ImportReport,
    at: datetime,
) -> None:
    posts: Ints = np.array([post_ids[name] for name in read.items], dtype=np.int64)
    facts = _facts(source)
    user, post = user_ids[read.user], posts[read.item]
    is_new = ~_known(user, post, user_ids, source)
    report.known = int((~is_new).sum())
    places = np.flatnonzero(is_new)
    starts = range(0, len(places), _AT_ONCE)
    for start in progress(starts, label="writing interactions", total=len(starts)):
        some = places[start : start + _AT_ONCE]
        names = [f"{source}:{read.items[i]}" for i in read.item[some].tolist()]
        try:
            _batch_store(
                user[some], post[some], read.at[some], read.is_liked[some], names, facts, at
            )
        except IntegrityError as error:
            raise ImportedElsewhere(
                "Somebody else writes these interactions now: run it again when they are done."
            ) from error
        report.likes += int(read.is_liked[some].sum())
        report.views += int((~read.is_liked[some]).sum())


@transaction.atomic
def _batch_store(
    user: Ints,
    post: Ints,
    seconds: Any,
    is_liked: Flags,
    names: list[str],
    facts: dict[int, tuple[Any, ...]],
    at: datetime,
) -> None:
    times = [datetime.fromtimestamp(s, UTC) for s in seconds.tolist()]
    users, posts = user.tolist(), post.tolist()
    kinds = [Event.Kind.LIKED if liked else Event.Kind.VIEWED for liked in is_liked.tolist()]
    rows = zip(kinds, users, posts, names, times, strict=True)
    rows_insert(
        Event,
        _EVENT,
        (
            (kind, u, p, facts[p][0], name, *facts[p][1:], "", moment, at)
            for kind, u, p, name, moment in rows
        ),
    )
    liked = np.flatnonzero(is_liked).tolist()
    rows_insert(
        Like, ("post_id", "user_id", "liked_at"), ((posts[i], users[i], times[i]) for i in liked)
    )
    for column, mark in (("like_count", is_liked), ("view_count", ~is_liked)):
        which, counts = np.unique(post[mark], return_counts=True)
        counters_add(Post, column, dict(zip(which.tolist(), counts.tolist(), strict=True)))
    cards_forget(set(posts), also={f"liked:{u}" for u in users})


def _facts(source: str) -> dict[int, tuple[Any, ...]]:
    """Return what the log keeps of each imported post: author, kind, category, …, by post id."""
    columns = ("id", "author_id", "kind", "category", "hashtags", "language")
    rows = Post.objects.filter(external_id__startswith=f"{source}:").values_list(*columns)
    return {pk: tuple(rest) for pk, *rest in rows.iterator(chunk_size=5_000)}


def _known(user: Ints, post: Ints, user_ids: Ints, source: str) -> Flags:
    """Return which interactions an earlier import, or a person, had brought in."""
    if not len(user):
        return np.zeros(0, dtype=bool)
    logged = Event.objects.filter(client_id__startswith=f"{source}:")
    liked = Like.objects.filter(user__username__startswith=f"{source}-")
    size = int(post.max()) + 1
    columns = (
        logged.values_list("actor_id", "post_id").iterator(chunk_size=20_000),
        liked.values_list("user_id", "post_id").iterator(chunk_size=20_000),
    )
    keys = np.fromiter(
        (u * size + p for rows in columns for u, p in rows if u and p), dtype=np.int64
    )
    known: Flags = np.isin(user * size + post, keys)
    return known
