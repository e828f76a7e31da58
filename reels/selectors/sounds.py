"""Finding a sound by its fingerprint, and what a viewer learns of it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery

from analytics.selectors.dialect import rows_of
from posts.models import Post
from posts.selectors.cards import CARD_COLUMNS, cards_from
from posts.selectors.posts import Page
from reels.models import Sound
from socialml.core.errors import NotFound

# So many hashes are looked up, the smallest: a copy of the sound has the same ones.
ASKED_MOST = 128
# Hashes that begin as far apart in both, of which two sounds must share so many, and this share of
# those that are asked for. Measured in docs/models/sounds.md.
LEAST_VOTES, LEAST_SHARE = 6, 0.05
# A reel counts one by one up to here.
COUNTED_MOST = 1000
_GROUPS_MOST = 200
_AUTHOR = "origin__post__author"


class SoundNotFound(NotFound):
    """There is no such sound, or no reel of it that the asker may see."""


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """A sound that was found again: how many hashes agree, and the step of it that ours begins at.

    `shift` is below 0 where ours begins before it.
    """

    sound_id: int
    votes: int
    shift: int


def sound_match(hashes: np.ndarray) -> SoundMatch | None:
    """Return the sound most of whose hashes lie as those of `hashes` do, if any is the same.

    `hashes` has shape (n, 2): hash, step, the smallest hash first. Of equals the older one. One
    query, over an index alone.
    """
    looked_up = hashes[:ASKED_MOST]
    if not len(looked_up):
        return None
    asked = ", ".join(["(%s, %s)"] * len(looked_up))
    sql = f"""
        WITH asked(hash, step) AS (VALUES {asked})
        SELECT known.sound_id, known.step - asked.step, COUNT(*)
        FROM asked JOIN reels_soundhash known ON known.hash = asked.hash
        GROUP BY 1, 2 HAVING COUNT(*) > 1 ORDER BY 3 DESC LIMIT {_GROUPS_MOST}
    """  # noqa: S608 - placeholders and our own numbers alone are in the text
    votes = {(sound, shift): n for sound, shift, n in rows_of(sql, looked_up.ravel().tolist())}
    found = [SoundMatch(place[0], _votes_at(votes, *place), place[1]) for place in votes]
    best = min(found, key=lambda one: (-one.votes, one.sound_id), default=None)
    wanted = max(LEAST_VOTES, LEAST_SHARE * len(looked_up))
    return best if best is not None and best.votes >= wanted else None


def sound_for(*, sound_id: int, viewer_id: int) -> dict[str, Any]:
    """Return the sound as `sounds_for` does. One query.

    :raises SoundNotFound: if there is none, or the viewer may see no reel of it.
    """
    found = sounds_for([sound_id], viewer_id).get(sound_id)
    if found is None:
        raise SoundNotFound(f"There is no sound {sound_id}.")
    return found


def sounds_for(sound_ids: Collection[int], viewer_id: int) -> dict[int, dict[str, Any]]:
    """Return by id the sounds of which the viewer may see a reel. One query.

    Each is {"id", "author", "origin_id", "reels"}: the author and the first reel where the viewer
    may see that reel, else None; how many reels they may see, COUNTED_MOST standing for more.
    """
    seen = Post.objects.visible_to(viewer_id)
    counted = seen.filter(sound_id=OuterRef("pk")).values("pk")[:COUNTED_MOST]
    rows = (
        Sound.objects.filter(pk__in=sound_ids)
        .annotate(
            reel_count=_Count(counted),
            is_known=Exists(seen.filter(pk=OuterRef("origin_id"))),
        )
        .filter(reel_count__gt=0)
        .values_list(
            *("pk", "reel_count", "is_known", "origin_id"),
            *(f"{_AUTHOR}_id", f"{_AUTHOR}__username", f"{_AUTHOR}__display_name"),
        )
    )
    return {row[0]: _told(*row) for row in rows}


def sound_reels_page(
    *, sound_id: int, viewer_id: int, after: int | None = None, limit: int = 20
) -> Page:
    """Return the reels of a sound that the viewer may see, the newest first. Two queries.

    :raises SoundNotFound: if there is none on the first page.
    """
    posts = _reels_of(sound_id, viewer_id)
    if after is not None:
        posts = posts.filter(pk__lt=after)
    found = list(posts.order_by("-pk").values_list(*CARD_COLUMNS)[: limit + 1])
    if not found and after is None:
        raise SoundNotFound(f"There is no sound {sound_id}.")
    results = cards_from(found[:limit], viewer_id)
    return Page(results, [found[limit - 1][0]] if len(found) > limit else None)


class _Count(Subquery):
    """How many rows a query gives, no more than its limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _reels_of(sound_id: int, viewer_id: int) -> QuerySet[Post]:
    return Post.objects.visible_to(viewer_id).filter(sound_id=sound_id)


def _votes_at(votes: dict[tuple[int, int], int], sound_id: int, shift: int) -> int:
    # What lies between two steps is counted in one or the other.
    beside = (votes.get((sound_id, shift + way), 0) for way in (-1, 1))
    return votes[sound_id, shift] + max(beside)


def _told(
    pk: int, count: int, is_known: bool, origin_id: int | None, *author: Any
) -> dict[str, Any]:
    names = ("id", "username", "display_name")
    return {
        "id": pk,
        "author": dict(zip(names, author, strict=True)) if is_known else None,
        "origin_id": origin_id if is_known else None,
        "reels": count,
    }
