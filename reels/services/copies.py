"""Finding reels that show what an earlier one of another account shows, and telling moderators.

The hashes of all reels lie in the memory of the worker process that asks, about 260 MB for
100,000 of them. Before each search it reads the rows that came since, so that it knows of every
reel whose hash was committed by then; those deleted since are left out of what it finds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import numpy as np
from django.db import transaction

from posts.harm import harm_of_reason
from posts.models import Post
from posts.services import case_note
from reels.measures.video_hash import STEP_SECONDS, hash_read
from reels.measures.video_index import Match, VideoIndex
from reels.models import Reel, ReelCopy, VideoHash

# With more rows than this since the whole was read, it is read anew.
_NEW_MOST = 2000
# So many of the newest are read anew each time: a row with a lower id may be committed later.
_LATE_MOST = 200
_AT_ONCE = 2000
_UNTOLD_AT_ONCE = 500


def copies_find(*, post_id: int, hashes: np.ndarray, at: datetime) -> int:
    """Find reels of other accounts that show what this one does, and keep what was new.

    The one uploaded first is the original, of which the reel is a copy; where that is the reel
    itself, each of the others is one of it. Returns how many copies that makes. Moderators are
    told of those that are out. Calling it again changes nothing.
    """
    matches = _known.search(hashes)
    others = Reel.objects.filter(pk__in=matches.keys()).exclude(state=Reel.State.REJECTED)
    mine = Post.objects.filter(pk=post_id).values("author_id")
    ids = set(others.exclude(post__author__in=mine).values_list("pk", flat=True)) - {post_id}
    if ids and min(ids) < post_id:
        ids = {min(ids)}
    pairs = [_pair(post_id, other, matches[other]) for other in ids]
    if pairs:
        _copies_keep(pairs, at)
        for copy_id in {pair.copy_id for pair in pairs}:
            copies_tell(post_id=copy_id, at=at)
    return len(pairs)


def copies_tell(*, post_id: int, at: datetime) -> int:
    """Open a case about a reel for the copies that nobody was told of, and return how many.

    Nothing happens while its video is processed: it is called again as it comes out.
    """
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
        if post is None or post.moderation == Post.Moderation.PROCESSING:
            return 0
        untold = ReelCopy.objects.filter(reel_id=post_id, is_told=False)
        copies = list(untold.order_by("original_id"))
        for copy in copies:
            harm = harm_of_reason("intellectual_property")
            case_note(about=post, note=_said_of(copy), harm=harm, at=at)
        ReelCopy.objects.filter(pk__in=[copy.pk for copy in copies]).update(is_told=True)
    return len(copies)


def copies_sweep(*, at: datetime) -> int:
    """Tell of copies whose finder was killed before it could, and return how many."""
    untold = ReelCopy.objects.filter(is_told=False).order_by("found_at")
    ids = dict.fromkeys(untold.values_list("reel_id", flat=True)[:_UNTOLD_AT_ONCE])
    return sum(copies_tell(post_id=post_id, at=at) for post_id in ids)


@dataclass(frozen=True, slots=True)
class _Pair:
    copy_id: int
    original_id: int
    match: Match
    offset_seconds: float


def _pair(post_id: int, other_id: int, match: Match) -> _Pair:
    offset = match.offset * STEP_SECONDS
    if other_id < post_id:
        return _Pair(post_id, other_id, match, offset)
    return _Pair(other_id, post_id, match, -offset)


def _copies_keep(pairs: Sequence[_Pair], at: datetime) -> None:
    ids = {pair.copy_id for pair in pairs} | {pair.original_id for pair in pairs}
    with transaction.atomic():
        # None of them is deleted before this ends.
        there = Reel.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        alive = set(there.values_list("pk", flat=True))
        rows = [
            ReelCopy(
                reel_id=pair.copy_id,
                original_id=pair.original_id,
                distance=round(pair.match.distance, 2),
                overlap_seconds=pair.match.overlap * STEP_SECONDS,
                offset_seconds=pair.offset_seconds,
                found_at=at,
            )
            for pair in pairs
            if alive >= {pair.copy_id, pair.original_id}
        ]
        ReelCopy.objects.bulk_create(rows, ignore_conflicts=True)


def _said_of(copy: ReelCopy) -> str:
    # By its number alone: who is erased is named nowhere.
    return (
        f"Shows what reel {copy.original_id} of another account shows,"
        f" {copy.overlap_seconds:.0f} s of it."
    )


class _Hashes:
    """An index of hashes, and the ids of their reels."""

    def __init__(self, rows: Iterable[tuple[int, bytes]]) -> None:
        self._ids: list[int] = []
        videos = []
        for reel_id, stored in rows:
            self._ids.append(reel_id)
            videos.append(hash_read(stored))
        self._index = VideoIndex(videos)

    def search(self, hashes: np.ndarray) -> list[tuple[int, Match]]:
        return [(self._ids[match.video], match) for match in self._index.search(hashes)]


class _Known:
    """What this process knows of all hashes: most of them once, the newest again each time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._old, self._upto = _Hashes([]), 0

    def search(self, hashes: np.ndarray) -> dict[int, Match]:
        """Return the nearest match of each reel that shows the same."""
        with self._lock:
            new = self._new()
            found = [*self._old.search(hashes), *new.search(hashes)]
        best: dict[int, Match] = {}
        for reel_id, match in sorted(found, key=lambda one: one[1].distance):
            best.setdefault(reel_id, match)
        return best

    def _new(self) -> _Hashes:
        newer = VideoHash.objects.filter(pk__gt=self._upto)
        if newer.count() > _NEW_MOST:
            settled = VideoHash.objects.order_by("-pk").values_list("pk", flat=True)
            self._upto = settled[_LATE_MOST]
            self._old = _Hashes(_rows(0, self._upto))
        return _Hashes(_rows(self._upto, None))


def _rows(after: int, upto: int | None) -> Iterable[tuple[int, bytes]]:
    rows = VideoHash.objects.filter(pk__gt=after).order_by("pk")
    if upto is not None:
        rows = rows.filter(pk__lte=upto)
    found = rows.values_list("reel_id", "hashes").iterator(chunk_size=_AT_ONCE)
    return ((reel_id, bytes(stored)) for reel_id, stored in found)


_known = _Known()
