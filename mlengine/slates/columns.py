"""The columns of the catalogue, each made for all posts at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

import numpy as np
from django.conf import settings
from django.db.models import Count, F
from numpy.typing import NDArray
from scipy import sparse

from analytics.models import Event
from analytics.selectors.history import log_span
from analytics.selectors.weights import SIGNALS, signals_of_others_posts
from mlengine.datasets import positions_in
from posts.models import Post

# A post counts as fresh this long, and half as fresh after each day.
FRESH_DAYS = 3.0
# What says that a post was chosen: a skip, a report or a taken back act makes no trend.
CHOSEN = frozenset(kind for kind, weight in SIGNALS.items() if weight > 0) - {"undismissed"}
# A hashtag sets one of so many bits: enough that two posts of three tags each share none by
# chance in 93 of 100 cases, and few enough that comparing them is one machine instruction.
SIGNATURE_WORDS = 2
# Posts that exploration chooses among at most, the newest: what they cost is paid per account.
LARGEST_POOL = 2_000
_DAY = 86_400.0
_WORD = 64


def coded(names: Sequence[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Return each name's number, and the names by number, in order of appearance."""
    known: dict[str, int] = {}
    codes = [known.setdefault(name, len(known)) for name in names]
    return np.array(codes, dtype=np.int32), list(known)


def tags_matrix(hashtags: Sequence[list[str]]) -> tuple[sparse.csr_matrix, list[str]]:
    """Return which post bears which hashtag, 1 or 0, and the hashtags by column."""
    known: dict[str, int] = {}
    columns: list[int] = []
    pointers = [0]
    for names in hashtags:
        columns.extend({known.setdefault(name, len(known)) for name in names})
        pointers.append(len(columns))
    data = np.ones(len(columns), dtype=np.float32)
    indices = np.array(columns, dtype=np.int32)
    shape = (len(hashtags), len(known))
    return sparse.csr_matrix((data, indices, np.array(pointers)), shape=shape), list(known)


def signatures(tags: sparse.csr_matrix, names: Sequence[str]) -> NDArray[np.uint64]:
    """Return each post's hashtags as bits, shape (n_posts, SIGNATURE_WORDS)."""
    found = np.zeros((tags.shape[0], SIGNATURE_WORDS), dtype=np.uint64)
    if not tags.nnz:
        return found
    bits = np.array([crc32(name.encode()) for name in names]) % (SIGNATURE_WORDS * _WORD)
    bit = bits[tags.indices]
    row = np.repeat(np.arange(tags.shape[0]), np.diff(tags.indptr))
    value = np.left_shift(np.uint64(1), (bit % _WORD).astype(np.uint64))
    np.bitwise_or.at(found, (row, bit // _WORD), value)
    return found


def trending(ids: NDArray[np.int64], at: datetime) -> NDArray[np.float32]:
    """Return how many accounts chose each post in the trending window, as a share of the most.

    The window ends at the newest event where that is long past. Three queries.
    """
    share = np.zeros(len(ids), dtype=np.float32)
    window = timedelta(hours=settings.TRENDING_TIME_WINDOW_HOURS)
    span = log_span()
    if span is None or not len(ids):
        return share
    until = min(at, span[1] + timedelta(seconds=1))
    # Accounts rather than acts: one busy account makes no trend.
    rows = (
        signals_of_others_posts()
        .filter(kind__in=CHOSEN, occurred_at__gte=until - window, occurred_at__lt=until)
        .values("post_id")
        .annotate(accounts=Count("actor_id", distinct=True))
        .order_by()
        .values_list("post_id", "accounts")
    )
    found = np.array(list(rows), dtype=np.int64).reshape(-1, 2)
    place, known = positions_in(ids, found[:, 0])
    counts = found[known, 1].astype(np.float32)
    if len(counts):
        share[place[known]] = counts / counts.max()
    return share


def seconds_of(published: Sequence[datetime]) -> NDArray[np.float64]:
    """Return the moments as seconds since 1970."""
    return np.array([moment.timestamp() for moment in published], dtype=np.float64)


def fresh(published: NDArray[np.float64], at: datetime) -> NDArray[np.float32]:
    """Return how new each post is, in [0, 1], by the newest post where that is long past."""
    if not len(published):
        return np.zeros(0, dtype=np.float32)
    age = (min(at.timestamp(), published.max()) - published) / _DAY
    return np.where(age <= FRESH_DAYS, np.exp2(-age), 0.0).astype(np.float32)


def recency(published: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return each post's place in the order of publication, in (0, 1]; 1 is the newest."""
    order = np.argsort(published, kind="stable")
    place = np.empty(len(order), dtype=np.float32)
    place[order] = np.arange(1, len(order) + 1) / max(len(order), 1)
    return place


def author_ease(
    authors: NDArray[np.int64],
    published: NDArray[np.float64],
    is_archive: NDArray[np.bool_],
    at: datetime,
) -> NDArray[np.float32]:
    """Return the share, in (0, 1], of its score that each post keeps by how much its author posts.

    (free / n) ** strength for the author of n posts in the newest window, 1 up to `free` of them
    (SOCIALML_BUSY_AUTHOR_…); the archive of imports keeps all.
    """
    if not len(authors):
        return np.ones(0, dtype=np.float32)
    until = min(at.timestamp(), published.max())
    window = settings.SOCIALML_BUSY_AUTHOR_WINDOW_HOURS * 3600.0
    _, author = np.unique(authors, return_inverse=True)
    in_window = (published > until - window) & (published <= until)
    counts = np.bincount(author, weights=in_window)[author]
    free = settings.SOCIALML_BUSY_AUTHOR_FREE_POSTS
    ease = np.minimum(1.0, free / np.maximum(counts, 1.0))
    ease = ease**settings.SOCIALML_BUSY_AUTHOR_STRENGTH
    return np.where(is_archive, 1.0, ease).astype(np.float32)


def trials(
    ids: NDArray[np.int64],
    authors: NDArray[np.int64],
    published: NDArray[np.float64],
    views: NDArray[np.int64],
    at: datetime,
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the columns of posts that too few have seen yet, and the share each still lacks.

    Published within SOCIALML_EXPLORATION_DAYS and shown to fewer accounts than
    SOCIALML_EXPLORATION_IMPRESSIONS by the log's impressions, and viewed less often; one of each
    author, the least shown. One query.
    """
    budget = settings.SOCIALML_EXPLORATION_IMPRESSIONS
    days = timedelta(days=settings.SOCIALML_EXPLORATION_DAYS)
    age = at.timestamp() - published
    young = np.flatnonzero((age <= days.total_seconds()) & (age >= 0) & (views < budget))
    if not len(young):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
    shown = np.maximum(views[young], _impressions(ids[young], at - days, at, budget))
    # Of each author the least shown, of those the newest.
    order = np.lexsort((-young, shown))
    _, first = np.unique(authors[young][order], return_index=True)
    kept = order[first][shown[order[first]] < budget]
    kept = kept[np.argsort(young[kept])][-LARGEST_POOL:]
    return young[kept], (1.0 - shown[kept] / budget).astype(np.float32)


def _impressions(
    ids: NDArray[np.int64], since: datetime, until: datetime, budget: int
) -> NDArray[np.int64]:
    # Posts that many viewed were shown often enough: their impressions are not counted.
    posts = Post.objects.published().filter(
        published_at__gte=since, published_at__lte=until, view_count__lt=budget
    )
    # People, not times: nobody uses up another's promise by looking again and again, nor authors
    # their own.
    rows: Any = (
        Event.objects.filter(kind=Event.Kind.IMPRESSION, post_id__in=posts.values("pk"))
        .exclude(actor_id=F("target_id"))
        .values("post_id")
        .annotate(people=Count("actor_id", distinct=True))
        .order_by()
        .values_list("post_id", "people")
    )
    counts = dict(rows)
    return np.array([counts.get(pk, 0) for pk in ids.tolist()], dtype=np.int64)
