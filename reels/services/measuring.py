"""Measuring a reel: what it shows and how it sounds, for its author, moderators and the policy."""

from datetime import datetime
from typing import Any

from django.db import transaction

from posts.services import rejudge
from reels.measures import VERSION
from reels.measures.fingerprint import fingerprint_parse
from reels.measures.video_hash import hash_bytes, hash_parse
from reels.models import Reel, Rendition, VideoHash
from reels.services import storage
from reels.services.analysis import video_analyse
from reels.services.children import ChildFailed
from reels.services.containers import MP4
from reels.services.copies import copies_find
from reels.services.progress import ReelGone, teller
from reels.services.refusals import VideoRefused
from reels.services.sounds import sound_give

_PERCENT = (75, 99)
_NUDITY_MODEL = "open_nsfw"


def reel_measure(*, reel: Reel, large: Rendition, at: datetime) -> None:
    """Measure the large version, keep what is found, and look for copies and for its sound.

    Nothing happens where the present measures did that already. What people are shown is
    measured, not the upload: it is at hand whenever the measures change. The policy judges the
    post by it, at once if it is out, else as it comes out.

    :raises ReelGone: if the reel was deleted meanwhile.
    :raises ChildFailed: if another attempt may do it.
    """
    if is_measured(reel):
        return
    found = _found(reel, large)
    hashes, heard = hash_parse(found.pop("hash")), fingerprint_parse(found.pop("fingerprint"))
    _hash_keep(reel.pk, hash_bytes(hashes))
    # After the hash is there for all to see: of two that are measured at once, one finds the other.
    copies_find(post_id=reel.pk, hashes=hashes, at=at)
    sound_give(post_id=reel.pk, hashes=heard, at=at)
    _analysis_keep(reel, {"version": VERSION, **found}, at=at)


def is_measured(reel: Reel) -> bool:
    """Return whether the present measures, or later ones, have looked at the reel."""
    return reel.analysis is not None and bool(reel.analysis["version"] >= VERSION)


def _found(reel: Reel, large: Rendition) -> dict[str, Any]:
    facts = {
        "duration_seconds": (reel.duration_ms or 0) / 1000,
        "width": large.width,
        "height": large.height,
        "fps": large.frames_per_second,
        "has_audio": reel.has_audio,
    }
    try:
        with storage.local_file(large.files()[0]) as path:
            return video_analyse(path, MP4, facts, on_progress=teller(reel.pk, _PERCENT))
    except VideoRefused as refusal:
        # We wrote the file: whatever ended this is no fault of it.
        raise ChildFailed(f"analyse: {refusal.message}") from refusal
    except FileNotFoundError as error:
        raise ChildFailed("analyse: the large version is gone.") from error


def _hash_keep(post_id: int, stored: bytes) -> None:
    with transaction.atomic():
        # Whoever deletes the reel waits for this, or is waited for.
        if not Reel.objects.select_for_update().filter(pk=post_id).exists():
            raise ReelGone
        # A new row, so that those who read the newest ones meet it.
        VideoHash.objects.filter(reel_id=post_id).delete()
        VideoHash.objects.create(reel_id=post_id, hashes=stored)


def _analysis_keep(reel: Reel, analysis: dict[str, Any], *, at: datetime) -> None:
    nudity = {
        "score": analysis["nudity"],
        "at_seconds": analysis["nudity_at_seconds"],
        "model": _NUDITY_MODEL,
    }
    with transaction.atomic():
        # The post first: whoever deletes it takes the two in this order.
        rejudge(post_id=reel.pk, insights={"nudity": nudity}, model_version=_NUDITY_MODEL, at=at)
        if not Reel.objects.filter(pk=reel.pk).update(analysis=analysis):
            raise ReelGone
    reel.analysis = analysis
