"""Showings read from the log and the slates that are still kept, as they looked at the time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from django.db.models import F
from numpy.typing import NDArray

from analytics.models import Event
from analytics.selectors.weights import SIGNALS, WEIGHT, Seconds
from mlengine.datasets.shown import (
    FROM,
    OUTCOMES,
    POSITION,
    SCORE,
    Past,
    Shown,
    moment_describe,
    rows_of,
)
from mlengine.errors import TooLittleData
from mlengine.pipelines.log_counted import COLUMN as _COLUMN
from mlengine.pipelines.log_counted import LogCounted, log_counted
from mlengine.pipelines.served import WINDOW, ServedSlate, slates_served
from posts.models import Post
from profiles.models import Preferences

_POSTS_AT_ONCE = 5_000
_ACCOUNTS_AT_ONCE = 2_000
Vector = NDArray[np.float64]
# Post -> author, category, whether a reel, seconds of publication.
_Facts = Mapping[int, tuple[int, str, bool, float]]


@dataclass(frozen=True, slots=True)
class _Act:
    post: int
    author: int
    category: str
    kind: str
    weight: float
    at: float


@dataclass(frozen=True, slots=True)
class _Block:
    """The showings of one slate: features by name, and what came of each."""

    slate: ServedSlate
    authors: NDArray[np.int64]
    columns: dict[str, Vector]
    outcomes: NDArray[np.bool_]


def showings_read(*, until: datetime) -> Shown:
    """Return what was shown before `until`, and what came of it within WINDOW.

    Of slates that are still stored: their contributions are what is learned from. Features are
    as of the slate's making: account and moment exactly, posts and authors as of midnight
    before, for a model serves with tallies that are up to a day old.

    :raises TooLittleData: if no showing of a stored slate is in the log.
    """
    slates = slates_served(until=until)
    facts = _facts({post for slate in slates for post in slate.posts})
    blocks = [
        block for own, acts in _by_account(slates, until) for block in _blocks(own, acts, facts)
    ]
    if not blocks:
        raise TooLittleData("The log holds no showing of a slate that is still stored.")
    blocks.sort(key=lambda block: (block.slate.made, block.slate.id))
    return _shown(blocks, log_counted(until=until))


def _shown(blocks: list[_Block], log: LogCounted) -> Shown:
    lengths = [len(block.authors) for block in blocks]

    def joined(parts: Iterable[Any]) -> Any:
        return np.concatenate([np.asarray(part) for part in parts])

    def each(values: Iterable[float]) -> Any:
        return np.repeat(np.array(list(values)), lengths)

    names = sorted({name for block in blocks for name in block.columns})
    columns: dict[str, Vector] = {
        name: joined(
            block.columns.get(name, np.zeros(length))
            for block, length in zip(blocks, lengths, strict=True)
        )
        for name in names
    }
    posts = joined(block.slate.posts for block in blocks)
    authors = joined(block.authors for block in blocks)
    columns |= log.as_of_midnights(each(block.slate.made for block in blocks), posts, authors)
    return Shown(
        names=tuple(columns),
        rows=rows_of(list(columns), columns, len(posts)),
        outcomes=joined(block.outcomes for block in blocks),
        slate=each(block.slate.id for block in blocks),
        account=each(block.slate.account for block in blocks),
        position=joined(block.slate.positions for block in blocks),
        order=joined(block.slate.order for block in blocks),
        at=joined(block.slate.seen for block in blocks),
        tallies=log.whole(),
    )


def _facts(post_ids: set[int]) -> _Facts:
    ids = sorted(post_ids)
    found: dict[int, tuple[int, str, bool, float]] = {}
    for start in range(0, len(ids), _POSTS_AT_ONCE):
        rows = Post.objects.filter(pk__in=ids[start : start + _POSTS_AT_ONCE]).values_list(
            "id", "author_id", "category", "kind", Seconds("published_at")
        )
        for pk, author, category, kind, published in rows:
            found[pk] = (author, category, kind == Post.Kind.REEL, published)
    return found


def _by_account(
    slates: list[ServedSlate], until: datetime
) -> Iterator[tuple[list[ServedSlate], list[_Act]]]:
    """Yield each account's slates with all it did, in order of time, since its last reset."""
    own: dict[int, list[ServedSlate]] = defaultdict(list)
    for slate in sorted(slates, key=lambda slate: slate.made):
        own[slate.account].append(slate)
    ids = sorted(own)
    for start in range(0, len(ids), _ACCOUNTS_AT_ONCE):
        some = ids[start : start + _ACCOUNTS_AT_ONCE]
        since = _resets(some)
        for account, rows in groupby(_acts(some, until), key=itemgetter(0)):
            began = since.get(account, 0.0)
            acts = [act for _, act in rows if act.at >= began]
            yield [slate for slate in own[account] if slate.made >= began], acts


def _resets(account_ids: list[int]) -> dict[int, float]:
    rows = Preferences.objects.filter(pk__in=account_ids, history_since__isnull=False)
    return dict(rows.values_list("pk", Seconds("history_since")))


def _acts(account_ids: list[int], until: datetime) -> Iterator[tuple[int, _Act]]:
    rows = (
        Event.objects.filter(
            actor_id__in=account_ids,
            post_id__isnull=False,
            occurred_at__lt=until,
            kind__in=list(SIGNALS),
        )
        .exclude(actor_id=F("target_id"))
        .order_by("actor_id", "occurred_at", "id")
        .values_list(
            *("actor_id", "post_id", "target_id", "category", "kind"),
            WEIGHT,
            Seconds("occurred_at"),
        )
    )
    for actor, post, target, category, kind, weight, at in rows.iterator(chunk_size=50_000):
        yield actor, _Act(post, target or 0, category, kind, weight, at)


def _blocks(slates: list[ServedSlate], acts: list[_Act], facts: _Facts) -> Iterator[_Block]:
    """Yield the account's slates, each with what was known of the account when it was made."""
    followed: dict[int, list[_Act]] = defaultdict(list)
    for act in acts:
        if act.kind in _COLUMN:
            followed[act.post].append(act)
    past, taken = Past(), 0
    for slate in slates:
        while taken < len(acts) and acts[taken].at < slate.made:
            act = acts[taken]
            past.add(act.post, act.author, act.category, act.weight)
            taken += 1
        kept = [place for place, post in enumerate(slate.posts) if post in facts]
        if kept:
            yield _block(slate.where(kept), past, followed, facts)


def _block(
    slate: ServedSlate, past: Past, followed: Mapping[int, list[_Act]], facts: _Facts
) -> _Block:
    known = [facts[post] for post in slate.posts]
    authors = [author for author, _, _, _ in known]
    published = np.array([moment for _, _, _, moment in known])
    is_reel = np.array([is_reel for _, _, is_reel, _ in known], dtype=bool)
    sources = sorted({name for one in slate.contributions for name in one})
    outcomes = np.zeros((len(authors), len(OUTCOMES)), dtype=bool)
    for row, post in enumerate(slate.posts):
        last = slate.seen[row] + WINDOW.total_seconds()
        for act in followed.get(post, ()):
            if slate.made <= act.at <= last:
                outcomes[row, _COLUMN[Event.Kind(act.kind)]] = True
    return _Block(
        slate=slate,
        authors=np.array(authors, dtype=np.int64),
        columns={
            POSITION: np.log1p(slate.positions),
            SCORE: slate.scores,
            **{
                FROM + name: np.array([one.get(name, 0.0) for one in slate.contributions])
                for name in sources
            },
            **past.describe(authors, [category for _, category, _, _ in known]),
            **moment_describe(slate.made, published, is_reel),
        },
        outcomes=outcomes,
    )
