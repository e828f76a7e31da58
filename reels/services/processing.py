"""From an upload to a reel that can be watched, or to a reason why not."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from posts.services import post_publish
from reels.models import Reel
from reels.models.files import file_name
from reels.services import storage
from reels.services.containers import container_of
from reels.services.probe import VideoProbe, video_probe
from reels.services.refusals import VideoRefused


def reel_process(*, post_id: int, at: datetime) -> Reel.State | None:
    """Look into the whole video, and bring its post out or say why not; return which.

    None if the reel is gone or was processed before: running it again, or twice at once,
    changes nothing.
    """
    reel = Reel.objects.filter(pk=post_id, state=Reel.State.PROCESSING).first()
    if reel is None:
        return None
    with TemporaryDirectory() as folder:
        thumbnail = Path(folder) / "thumbnail.jpg"
        try:
            with storage.local_file(reel.video) as path:
                probe = _probe(path, thumbnail)
        except VideoRefused as refusal:
            return reel_reject(post_id=post_id, code=refusal.code, message=refusal.message, at=at)
        except FileNotFoundError:
            message = "The uploaded file is gone."
            return reel_reject(post_id=post_id, code="invalid_video", message=message, at=at)
        name = _thumbnail_store(reel, thumbnail)
    return _finish(reel, probe, name, at=at)


def reel_reject(*, post_id: int, code: str, message: str, at: datetime) -> Reel.State | None:
    """Mark a reel that still waits as rejected, and delete its video."""
    with transaction.atomic():
        waiting = Reel.objects.filter(pk=post_id, state=Reel.State.PROCESSING)
        names = list(waiting.values_list("video", flat=True))
        rejected = waiting.update(
            state=Reel.State.REJECTED,
            error_code=code,
            error_message=message[:200],
            video="",
            processed_at=at,
        )
        if not rejected:
            return None
        storage.files_delete_later(names)
    return Reel.State.REJECTED


def media_of(*, video: str, thumbnail: str, content_type: str, probe: VideoProbe) -> dict[str, Any]:
    """Return what Post.media says of a reel that is ready."""
    return {
        "video": f"{settings.MEDIA_URL}{video}",
        "thumbnail": f"{settings.MEDIA_URL}{thumbnail}" if thumbnail else "",
        "content_type": content_type,
        "duration_ms": round(probe.duration_seconds * 1000),
        "width": probe.width,
        "height": probe.height,
        "has_audio": probe.has_audio,
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


def _probe(path: Path, thumbnail: Path) -> VideoProbe:
    with path.open("rb") as file:
        container = container_of(file, size_bytes=path.stat().st_size)
    return video_probe(path, container, thumbnail=thumbnail)


def _thumbnail_store(reel: Reel, thumbnail: Path) -> str:
    if not thumbnail.exists():
        return ""
    name = file_name(reel.key, "jpg")
    # A run that was killed may have left one.
    default_storage.delete(name)
    with thumbnail.open("rb") as file:
        return default_storage.save(name, File(file))


def _finish(reel: Reel, probe: VideoProbe, thumbnail: str, *, at: datetime) -> Reel.State | None:
    media = media_of(
        video=reel.video, thumbnail=thumbnail, content_type=reel.content_type, probe=probe
    )
    with transaction.atomic():
        # The post first: whoever deletes it takes the two in this order.
        post = post_publish(post_id=reel.pk, media=media, at=at)
        if post is not None:
            Reel.objects.filter(pk=reel.pk).update(
                state=Reel.State.READY, thumbnail=thumbnail, processed_at=at, **facts_of(probe)
            )
            return Reel.State.READY
    if not Reel.objects.filter(pk=reel.pk).exists():
        # Deleted while we looked into it.
        default_storage.delete(thumbnail)
    return None
