"""What could be shown at all: the posts that are out, as columns a worker keeps in memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Count
from numpy.typing import NDArray
from scipy import sparse

from analytics.selectors.history import log_span
from analytics.selectors.weights import signals_of_others_posts
from mlengine.datasets import positions_in
from posts.models import Post

# Posts ranked at most, the newest: 200,000 take about 100 MB of columns and scores.
LARGEST = 200_000
# A post counts as fresh this long, and half as fresh after each day.
FRESH_DAYS = 3.0
_DAY = 86_400.0
# A worker's columns are read again when older than this, or than this where posts came since.
_STALE_SECONDS = 60.0
_STALE_WITH_NEWS_SECONDS = 5.0
# But reading them never takes more than this share of its time.
_LARGEST_SHARE = 0.05
_COLUMNS = (
    *("id", "author_id", "kind", "category", "hashtags", "language", "published_at"),
    *("author__username", "author__is_private", "author__is_archive"),
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Posts that are out, one column each, ids ascending.

    Attributes
    ----------
    ids, authors : ndarray of int64, shape (n_posts,)
    is_reel, is_closed, is_archive : ndarray of bool, shape (n_posts,)
        Whether it is a reel, its author's account private, or the archive of imports.
    category, language : ndarray of int32, shape (n_posts,)
        Positions in `categories` and `languages`.
    tags : csr_matrix of float32, shape (n_posts, n_tags)
        1 where the post bears the hashtag of `tag_names`.
    trending, fresh : ndarray of float32, shape (n_posts,)
        In [0, 1]: accounts that acted in the trending window as a share of the most; and how
        new the post is.
    recency : ndarray of float32, shape (n_posts,)
        Place in the order of publication, in (0, 1]; 1 is the newest.
    """

    ids: NDArray[np.int64]
    authors: NDArray[np.int64]
    is_reel: NDArray[np.bool_]
    is_closed: NDArray[np.bool_]
    is_archive: NDArray[np.bool_]
    category: NDArray[np.int32]
    categories: list[str]
    language: NDArray[np.int32]
    languages: list[str]
    tags: sparse.csr_matrix
    tag_names: list[str]
    usernames: dict[int, str]
    trending: NDArray[np.float32]
    fresh: NDArray[np.float32]
    recency: NDArray[np.float32]
    _by_author: NDArray[np.intp]
    _sorted_authors: NDArray[np.int64]
    _tagged: sparse.csc_matrix
    _tag_place: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def columns_of(self, post_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the columns of the posts that are in the catalogue."""
        place, known = positions_in(self.ids, np.asarray(post_ids, dtype=np.int64))
        return place[known]

    def columns_by(self, author_ids: Sequence[int]) -> NDArray[np.intp]:
        """Return the columns of these authors' posts."""
        wanted = np.asarray(author_ids, dtype=np.int64)
        starts = np.searchsorted(self._sorted_authors, wanted, side="left")
        ends = np.searchsorted(self._sorted_authors, wanted, side="right")
        parts = [self._by_author[a:b] for a, b in zip(starts, ends, strict=True) if a < b]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.intp)

    def columns_tagged(self, names: Sequence[str]) -> NDArray[np.intp]:
        """Return the columns of the posts that bear one of the hashtags, each once."""
        columns = [self._tag_place[name] for name in names if name in self._tag_place]
        return np.unique(self._tagged[:, columns].indices) if columns else np.zeros(0, np.intp)

    def is_of(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which posts are of one of the categories."""
        codes = [code for code, name in enumerate(self.categories) if name in set(names)]
        return np.isin(self.category, codes)


def catalogue_load(*, at: datetime) -> Catalogue:
    """Read the posts that are out. Four queries.

    What is new and what trends is judged from the newest event where that is long past, so
    that an imported log has trends too.
    """
    newest = Post.objects.published().filter(published_at__lte=at).order_by("-id")
    rows = list(newest.values_list(*_COLUMNS)[:LARGEST])[::-1]
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    ids, authors, kinds, categories, hashtags, languages, published, *facts = columns
    names, closed, archive = facts
    author_array = np.array(authors, dtype=np.int64)
    order = np.argsort(author_array, kind="stable")
    category, category_names = _coded(categories)
    language, language_names = _coded(languages)
    tags, tag_names = _tags(hashtags)
    id_array = np.array(ids, dtype=np.int64)
    return Catalogue(
        ids=id_array,
        authors=author_array,
        is_reel=np.array([kind == Post.Kind.REEL for kind in kinds], dtype=bool),
        is_closed=np.array(closed, dtype=bool),
        is_archive=np.array(archive, dtype=bool),
        category=category,
        categories=category_names,
        language=language,
        languages=language_names,
        tags=tags,
        tag_names=tag_names,
        usernames=dict(zip(authors, names, strict=True)),
        trending=_trending(id_array, at),
        fresh=_fresh(published, at),
        recency=_recency(published),
        _by_author=order,
        _sorted_authors=author_array[order],
        _tagged=tags.tocsc(),
        _tag_place={name: place for place, name in enumerate(tag_names)},
    )


@dataclass(slots=True)
class _Kept:
    catalogue: Catalogue
    read_at: float
    seconds: float
    newest_id: int


_kept: _Kept | None = None
_lock = Lock()


def catalogue_current(*, at: datetime, is_old_fine: bool = False) -> Catalogue:
    """Return this process's columns, read again when they have aged. At most five queries.

    With `is_old_fine` they are read only where there are none: somebody waits.
    """
    global _kept
    with _lock:
        if _kept is None or (not is_old_fine and _is_stale(_kept)):
            began = time.monotonic()
            catalogue = catalogue_load(at=at)
            now = time.monotonic()
            _kept = _Kept(catalogue, now, now - began, int(catalogue.ids[-1:].sum()))
        return _kept.catalogue


def catalogue_forget() -> None:
    """Let this process read its columns again."""
    global _kept
    with _lock:
        _kept = None


def _is_stale(kept: _Kept) -> bool:
    age = time.monotonic() - kept.read_at
    if age < max(_STALE_WITH_NEWS_SECONDS, kept.seconds / _LARGEST_SHARE):
        return False
    if age > _STALE_SECONDS:
        return True
    return Post.objects.published().filter(pk__gt=kept.newest_id).exists()


def _coded(names: Sequence[str]) -> tuple[NDArray[np.int32], list[str]]:
    known: dict[str, int] = {}
    codes = [known.setdefault(name, len(known)) for name in names]
    return np.array(codes, dtype=np.int32), list(known)


def _tags(hashtags: Sequence[list[str]]) -> tuple[sparse.csr_matrix, list[str]]:
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


def _trending(ids: NDArray[np.int64], at: datetime) -> NDArray[np.float32]:
    share = np.zeros(len(ids), dtype=np.float32)
    window = timedelta(hours=settings.TRENDING_TIME_WINDOW_HOURS)
    span = log_span()
    if span is None or not len(ids):
        return share
    until = min(at, span[1] + timedelta(seconds=1))
    # Accounts rather than acts: one busy account makes no trend.
    rows = (
        signals_of_others_posts()
        .filter(occurred_at__gte=until - window, occurred_at__lt=until)
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


def _fresh(published: Sequence[datetime], at: datetime) -> NDArray[np.float32]:
    if not published:
        return np.zeros(0, dtype=np.float32)
    now = min(at, max(published)).astimezone(UTC).timestamp()
    age = (now - np.array([moment.timestamp() for moment in published])) / _DAY
    return np.where(age <= FRESH_DAYS, np.exp2(-age), 0.0).astype(np.float32)


def _recency(published: Sequence[datetime]) -> NDArray[np.float32]:
    order = np.argsort([moment.timestamp() for moment in published], kind="stable")
    place = np.empty(len(order), dtype=np.float32)
    place[order] = np.arange(1, len(order) + 1) / max(len(order), 1)
    return place
