"""From an upload to a reel that can be watched, or to a reason why not."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from posts.models import Post
from posts.services import fragment_write, post_publish
from reels.models import Reel, Rendition, VideoHash
from reels.models.files import ORIGINALS, POSTER, PREVIEW, THUMBNAILS, file_name
from reels.models.rendition import made_files
from reels.services import storage
from reels.services.children import ChildFailed
from reels.services.containers import container_of
from reels.services.copies import copies_tell
from reels.services.measuring import is_measured, reel_measure
from reels.services.probe import VideoProbe, video_probe
from reels.services.progress import ReelGone, percent_tell
from reels.services.refusals import VideoRefused
from reels.services.rendering import renditions_make
from reels.services.sounds import sound_leave

_CHECKED_PERCENT = 5


def reel_process(*, post_id: int, at: datetime, file_key: str = "") -> Reel.State | None:
    """Check the whole video, make what people are shown, measure it, and bring its post out.

    Returns whether it is out or why it is not; None if the reel is gone, was rejected, or has
    everything already: running it again, or twice at once, changes nothing. A reel that is out
    and lacks versions or present measures gets them. `file_key` tells whose files go where the
    reel is gone.

    :raises ChildFailed: if it may succeed another time. A reel that could only not be measured is
        out by then.
    """
    reel = Reel.objects.filter(pk=post_id).first()
    if reel is None:
        storage.files_delete(key_files(file_key) if file_key else ())
        return None
    if not _is_wanting(reel):
        storage.files_delete(set(key_files(reel.key)) - set(reel_files(reel)))
        return None
    try:
        rows = _made(reel, at=at)
    except VideoRefused as refusal:
        return reel_reject(post_id=post_id, code=refusal.code, message=refusal.message, at=at)
    failure = _measured(reel, rows, at=at) if rows else None
    finished = _finish(reel, rows, at=at) if rows else None
    if finished is None and not Reel.objects.filter(pk=post_id).exists():
        # Deleted meanwhile, when what is now there was not.
        storage.files_delete(key_files(reel.key))
    if finished and failure:
        raise failure
    return finished


def reel_reject(*, post_id: int, code: str, message: str, at: datetime) -> Reel.State | None:
    """Mark a reel that still waits as rejected, and delete its files."""
    with transaction.atomic():
        # The post first, as whoever gives the reel a sound.
        list(Post.objects.select_for_update(no_key=True).filter(pk=post_id))
        waiting = Reel.objects.filter(pk=post_id, state=Reel.State.PROCESSING)
        names = [name for reel in waiting for name in reel_files(reel)]
        rejected = waiting.update(
            state=Reel.State.REJECTED,
            error_code=code,
            error_message=message[:200],
            video="",
            processed_at=at,
        )
        if not rejected:
            return None
        Rendition.objects.filter(reel_id=post_id).delete()
        VideoHash.objects.filter(reel_id=post_id).delete()
        sound_leave(post_id=post_id)
        storage.files_delete_later(names)
    return Reel.State.REJECTED


def reel_files(reel: Reel) -> list[str]:
    """Return the names of the files that the reel's rows speak of."""
    names = [name for row in reel.renditions.select_related("reel") for name in row.files()]
    return [name for name in (reel.video, reel.thumbnail, *names) if name]


def key_files(key: str) -> list[str]:
    """Return every name that a file of the reel may have."""
    endings = (*ORIGINALS, "jpg")
    return [*(file_name(key, ending) for ending in endings), *made_files(key)]


def media_of(reel: Reel, rows: list[Rendition]) -> dict[str, Any]:
    """Return what Post.media says of a reel that is ready. The first of `rows` is the largest."""

    def address(ending: str) -> str:
        return f"{settings.MEDIA_URL}{file_name(reel.key, ending)}"

    videos = [row for row in rows if row.name != Rendition.Name.PICTURES]
    largest = videos[0]
    return {
        "video": address(f"{largest.name}.mp4"),
        "thumbnail": address(POSTER),
        "content_type": "video/mp4",
        "duration_ms": reel.duration_ms,
        "width": largest.width,
        "height": largest.height,
        "has_audio": reel.has_audio,
        "hls": address("m3u8"),
        "renditions": [
            {
                "name": row.label,
                "video": address(f"{row.name}.mp4"),
                "width": row.width,
                "height": row.height,
                "bits_per_second": row.bits_per_second,
                "size_bytes": row.size_bytes,
            }
            for row in videos
        ],
        "poster": address(POSTER),
        "thumbnails": [address(name) for name in THUMBNAILS],
        "preview": address(PREVIEW),
        "blurhash": reel.blurhash,
    }


def facts_of(probe: VideoProbe) -> dict[str, Any]:
    """Return the columns of Reel that the probe fills."""
    return {
        "duration_ms": round(probe.duration_seconds * 1000),
        "width": probe.width,
        "height": probe.height,
        "frames_per_second": probe.fps,
        "has_audio": probe.has_audio,
    }


def _is_wanting(reel: Reel) -> bool:
    """Whether there is anything to be done, and something left to do it from."""
    large = reel.renditions.filter(name=Rendition.Name.LARGE)
    if reel.state == Reel.State.REJECTED or not (reel.video or large.exists()):
        return False
    return not (_has_versions(reel) and is_measured(reel))


def _has_versions(reel: Reel) -> bool:
    """Whether the reel is out with all that people are shown."""
    is_out = reel.state == Reel.State.READY
    return is_out and reel.thumbnail == file_name(reel.key, POSTER)


def _made(reel: Reel, *, at: datetime) -> list[Rendition]:
    """Return all versions; none if the reel is gone, or another run has brought it out."""
    try:
        if reel.duration_ms is None:
            _check(reel)
        return renditions_make(reel=reel, at=at)
    except FileNotFoundError as error:
        raise VideoRefused("The uploaded file is gone.", code="invalid_video") from error
    except (ReelGone, ChildFailed):
        if Reel.objects.filter(pk=reel.pk, state=reel.state).exists():
            raise
        return []


def _measured(reel: Reel, rows: list[Rendition], *, at: datetime) -> ChildFailed | None:
    """Measure the reel; return why that failed, which keeps nothing from coming out."""
    try:
        reel_measure(reel=reel, large=rows[0], at=at)
    except ChildFailed as failure:
        return failure
    except ReelGone:
        return None
    return None


def _check(reel: Reel) -> None:
    with storage.local_file(reel.video) as path:
        facts = facts_of(_probe(path))
    percent_tell(reel.pk, _CHECKED_PERCENT)
    Reel.objects.filter(pk=reel.pk).update(**facts)
    for name, value in facts.items():
        setattr(reel, name, value)


def _probe(path: Path) -> VideoProbe:
    with path.open("rb") as file:
        container = container_of(file, size_bytes=path.stat().st_size)
    return video_probe(path, container)


def _finish(reel: Reel, rows: list[Rendition], *, at: datetime) -> Reel.State | None:
    if _has_versions(reel):
        return Reel.State.READY
    media = media_of(reel, rows)
    old = [reel.thumbnail] if settings.SOCIALML_KEEP_ORIGINALS else [reel.thumbnail, reel.video]
    facts = {
        "state": Reel.State.READY,
        "thumbnail": file_name(reel.key, POSTER),
        "processed_at": at,
        "percent": 100,
        **({} if settings.SOCIALML_KEEP_ORIGINALS else {"video": ""}),
    }
    with transaction.atomic():
        # The post first: whoever deletes it takes the two in this order.
        if not _post_give(reel, media, at=at):
            return None
        Reel.objects.filter(pk=reel.pk).update(**facts)
        copies_tell(post_id=reel.pk, at=at)
        storage.files_delete_later(set(old) - {facts["thumbnail"]})
    return Reel.State.READY


def _post_give(reel: Reel, media: dict[str, Any], *, at: datetime) -> bool:
    if reel.state == Reel.State.PROCESSING:
        return post_publish(post_id=reel.pk, media=media, at=at) is not None
    given = Post.objects.filter(pk=reel.pk).update(media=media)
    fragment_write([reel.pk])
    return bool(given)
