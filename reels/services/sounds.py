"""Which sound a reel has. The only writer of Sound, SoundHash, Reel.sound and Post.sound_id."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from posts.models import Post
from posts.services import fragment_write
from reels.models import Reel, Sound, SoundHash
from reels.selectors.sounds import sound_match
from reels.services.progress import ReelGone
from socialml.core.bulk import rows_insert

# Whoever may begin a sound holds this number until it is there; it means nothing else.
_BEGINNING = 0x534F554E44
_AT_ONCE = 500


@transaction.atomic
def sound_give(*, post_id: int, hashes: np.ndarray, at: datetime) -> int | None:
    """Give the reel the sound that `hashes` are of, and return its id; None where there are none.

    A sound that nobody has yet begins with this reel. Calling it again, or twice at once, changes
    nothing: a reel keeps the sound it has, and one that it began is found by the new hashes.

    :raises ReelGone: if the reel was deleted meanwhile.
    """
    # The post first: whoever deletes it takes the two in this order.
    if not Post.objects.select_for_update(no_key=True).filter(pk=post_id).exists():
        raise ReelGone
    reel = Reel.objects.filter(pk=post_id).select_related("sound").get()
    if reel.sound is not None:
        if reel.sound.origin_id == post_id and len(hashes):
            SoundHash.objects.filter(sound=reel.sound).delete()
            _hashes_keep(reel.sound, hashes)
        return reel.sound.pk
    if not len(hashes):
        return None
    sound = _known(hashes) or _begun(post_id, hashes, at)
    Reel.objects.filter(pk=post_id).update(sound=sound)
    Post.objects.filter(pk=post_id).update(sound_id=sound.pk)
    fragment_write([post_id])
    return sound.pk


@transaction.atomic
def sound_leave(*, post_id: int) -> None:
    """Take its sound from a reel whose post is held by the caller, or gone."""
    had = Sound.objects.filter(Q(reels=post_id) | Q(origin=post_id))
    left = set(had.values_list("pk", flat=True))
    if not left:
        return
    Reel.objects.filter(pk=post_id).update(sound=None)
    Post.objects.filter(pk=post_id).update(sound_id=None)
    Sound.objects.filter(origin_id=post_id).update(origin=None)
    sounds_drop(left)


@transaction.atomic
def sounds_drop(sound_ids: Iterable[int]) -> int:
    """Delete those of these sounds that no reel has, and return how many."""
    ids = sorted(sound_ids)
    # Whoever gives one to a reel waits for this, or is waited for.
    list(Sound.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    had = Reel.objects.filter(sound=OuterRef("pk"))
    unused = Sound.objects.filter(pk__in=ids).exclude(Exists(had))
    _, deleted = unused.delete()
    return deleted.get(Sound._meta.label, 0)


def sounds_sweep() -> int:
    """Delete sounds whose last reel went without them, and return how many."""
    had = Reel.objects.filter(sound=OuterRef("pk"))
    unused = Sound.objects.exclude(Exists(had)).order_by("pk").values_list("pk", flat=True)
    return sounds_drop(list(unused[:_AT_ONCE]))


def _known(hashes: np.ndarray) -> Sound | None:
    """Return the sound that the hashes are of, locked so that nobody deletes it."""
    match = sound_match(hashes)
    if match is None:
        return None
    return Sound.objects.select_for_update(no_key=True).filter(pk=match.sound_id).first()


def _begun(post_id: int, hashes: np.ndarray, at: datetime) -> Sound:
    """Return a new sound, or the one that another began while we waited for our turn."""
    _turn_take()
    sound = _known(hashes)
    if sound is None:
        sound = Sound.objects.create(origin_id=post_id, created_at=at)
        _hashes_keep(sound, hashes)
    return sound


def _turn_take() -> None:
    # Two sounds that are nearly the same break no constraint. On SQLite one writes at a time.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BEGINNING])


def _hashes_keep(sound: Sound, hashes: np.ndarray) -> None:
    rows = ((sound.pk, value, step) for value, step in hashes.tolist())
    rows_insert(SoundHash, ("sound_id", "hash", "step"), rows)
