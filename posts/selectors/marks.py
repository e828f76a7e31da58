"""The viewer's own marks: what they liked and saved, whom they follow, what they never see."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from posts.models import Dismissal, Like, Save
from profiles.selectors import following_ids, hidden_author_ids
from socialml.core import cache

MARKS_SECONDS = 600
KINDS = ("liked", "saved", "following", "hidden", "dismissed")


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids of posts liked, saved and dismissed, and of accounts followed and hidden, by a viewer."""

    liked: frozenset[int]
    saved: frozenset[int]
    following: frozenset[int]
    hidden: frozenset[int]
    dismissed: frozenset[int]


def marks_names(viewer_id: int) -> list[str]:
    """Return the cache names of the viewer's marks, in the order of KINDS."""
    return [f"{kind}:{viewer_id}" for kind in KINDS]


def viewer_marks(viewer_id: int, found: Sequence[bytes | None] | None = None) -> Marks:
    """Return the viewer's marks; `found` are the cached values where they were read already.

    No query where all are cached, else one for each that is not.
    """
    names = marks_names(viewer_id)
    values = dict(zip(names, cache.read_many(names) if found is None else found, strict=True))
    missing = [name for name in names if values[name] is None]
    if missing:
        values |= cache.load_many(missing, _load, seconds=MARKS_SECONDS)
    return Marks(*(_ids(values[name]) for name in names))


def _load(names: Sequence[str]) -> Mapping[str, bytes]:
    return {name: array("q", _query(name)).tobytes() for name in names}


def _query(name: str) -> Iterable[int]:
    kind, _, number = name.partition(":")
    viewer_id = int(number)
    if kind == "liked":
        return Like.objects.filter(user_id=viewer_id).values_list("post_id", flat=True)
    if kind == "saved":
        return Save.objects.filter(user_id=viewer_id).values_list("post_id", flat=True)
    if kind == "dismissed":
        return Dismissal.objects.filter(user_id=viewer_id).values_list("post_id", flat=True)
    if kind == "following":
        return following_ids(viewer_id)
    return hidden_author_ids(viewer_id)


def _ids(raw: bytes | None) -> frozenset[int]:
    ids = array("q")
    ids.frombytes(raw or b"")
    return frozenset(ids)
