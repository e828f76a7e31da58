"""What could be shown at all: the posts that are out, as columns a worker keeps in memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import positions_in
from mlengine.slates import columns as made
from mlengine.slates.lately import Lately, lately_read
from posts.models import Post

# Posts ranked at most, the newest: 200,000 take about 100 MB of columns and scores.
LARGEST = 200_000
# A worker's columns are read again when older than this, or than this where posts came since.
_STALE_SECONDS = 60.0
_STALE_WITH_NEWS_SECONDS = 5.0
# But reading them never takes more than this share of its time.
_LARGEST_SHARE = 0.05
_COLUMNS = (
    *("id", "author_id", "kind", "category", "hashtags", "language", "published_at"),
    *("view_count", "author__username", "author__is_private", "author__is_archive", "is_reduced"),
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Posts that are out, one column each, ids ascending.

    Attributes
    ----------
    ids, authors : ndarray of int64, shape (n_posts,)
    is_reel, is_closed, is_archive : ndarray of bool, shape (n_posts,)
        Whether it is a reel, is for its author's followers alone (a private account, or a post of
        reduced reach), or its author is the archive of imports.
    category, language : ndarray of int32, shape (n_posts,)
        Positions in `categories` and `languages`.
    tags : csr_matrix of float32, shape (n_posts, n_tags)
        1 where the post bears the hashtag of `tag_names`.
    trending, fresh : ndarray of float32, shape (n_posts,)
        In [0, 1]: accounts that acted in the trending window as a share of the most; and how
        new the post is.
    published : ndarray of float64, shape (n_posts,)
        Seconds since 1970.
    recency : ndarray of float32, shape (n_posts,)
        Place in the order of publication, in (0, 1]; 1 is the newest.
    signature : ndarray of uint64, shape (n_posts, 2)
        The hashtags as bits, for comparing many posts with many.
    ease : ndarray of float32, shape (n_posts,)
        The share of its score that a post keeps, the less the more its author posts.
    trials : ndarray of intp, shape (n_trials,)
        Columns of posts that too few have seen yet, one of each author.
    trial_lacks : ndarray of float32, shape (n_trials,)
        The share, in (0, 1], of the impressions promised to each that it still lacks.
    lately : Lately
        What public accounts published and liked while it was new.
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
    published: NDArray[np.float64]
    recency: NDArray[np.float32]
    signature: NDArray[np.uint64]
    ease: NDArray[np.float32]
    trials: NDArray[np.intp]
    trial_lacks: NDArray[np.float32]
    lately: Lately
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

    def columns_by(self, author_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.intp]:
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

    def columns_of_tag(self, tag: int) -> NDArray[np.int32]:
        """Return the columns of the posts that bear the hashtag of this place in `tag_names`."""
        pointers = self._tagged.indptr
        columns: NDArray[np.int32] = self._tagged.indices[pointers[tag] : pointers[tag + 1]]
        return columns

    def is_of(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which posts are of one of the categories."""
        codes = [code for code, name in enumerate(self.categories) if name in set(names)]
        return np.isin(self.category, codes)


def catalogue_load(*, at: datetime) -> Catalogue:
    """Read the posts that are out. Six queries.

    What is new and what trends is judged from the newest event where that is long past, so
    that an imported log has trends too.
    """
    newest = Post.objects.published().filter(published_at__lte=at).order_by("-id")
    rows = list(newest.values_list(*_COLUMNS)[:LARGEST])[::-1]
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    ids, authors, kinds, categories, hashtags, languages, published, *facts = columns
    views, names, private, archive, reduced = facts
    author_array = np.array(authors, dtype=np.int64)
    is_archive = np.array(archive, dtype=bool)
    is_closed = np.array(private, dtype=bool) | np.array(reduced, dtype=bool)
    order = np.argsort(author_array, kind="stable")
    category, category_names = made.coded(categories)
    language, language_names = made.coded(languages)
    tags, tag_names = made.tags_matrix(hashtags)
    seconds = made.seconds_of(published)
    id_array = np.array(ids, dtype=np.int64)
    view_array = np.array(views, dtype=np.int64)
    fresh = made.fresh(seconds, at)
    trials, trial_lacks = made.trials(id_array, author_array, seconds, view_array, at)
    return Catalogue(
        ids=id_array,
        authors=author_array,
        is_reel=np.array([kind == Post.Kind.REEL for kind in kinds], dtype=bool),
        is_closed=is_closed,
        is_archive=is_archive,
        category=category,
        categories=category_names,
        language=language,
        languages=language_names,
        tags=tags,
        tag_names=tag_names,
        usernames=dict(zip(authors, names, strict=True)),
        trending=made.trending(id_array, at),
        fresh=fresh,
        published=seconds,
        recency=made.recency(seconds),
        signature=made.signatures(tags, tag_names),
        ease=made.author_ease(author_array, seconds, is_archive, at),
        trials=trials,
        trial_lacks=trial_lacks,
        lately=lately_read(id_array, author_array, fresh, is_closed, at=at),
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
    """Return this process's columns, read again when they have aged. At most seven queries.

    With `is_old_fine` they are read only where there are none: somebody waits.
    """
    global _kept
    kept = _kept
    if kept is not None and is_old_fine:
        # Not even for another thread that reads them again.
        return kept.catalogue
    with _lock:
        if _kept is None or _is_stale(_kept):
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
