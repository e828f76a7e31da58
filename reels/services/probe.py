"""What is in a video file, found by a process that can harm nothing."""

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from reels.services.children import CHILD_ENVIRONMENT, child_command
from reels.services.containers import Container, container_of
from reels.services.refusals import VideoRefused

MOST_PIXELS = 4096
MOST_FRAMES_PER_SECOND = 120
_LARGEST_THUMBNAIL_BYTES = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class VideoProbe:
    """What the packets and pictures of a video say.

    Width and height are those of the upright picture. A quick look may end before the file
    does (`is_complete` false); its duration is then that of what it saw.
    """

    duration_seconds: float
    width: int
    height: int
    fps: float
    has_audio: bool
    video_codec: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class _Effort:
    """How much a look may cost: CPU seconds of demuxing, of decoding, in all, and by the clock."""

    demux: float
    decode: float
    cpu: int
    clock: float


_QUICK = _Effort(demux=1.0, decode=1.0, cpu=4, clock=20)
_FULL = _Effort(demux=45.0, decode=20.0, cpu=60, clock=200)


def video_glance(path: Path, container: Container) -> VideoProbe | None:
    """Return what a quick look shows, half a second usually; None if the machine is too busy.

    :raises VideoRefused: if it shows that the video is not to be taken.
    """
    return _look(path, container, _QUICK, thumbnail=None)


def video_probe(path: Path, container: Container, *, thumbnail: Path | None = None) -> VideoProbe:
    """Return what is in the whole file, and write a JPEG of it to `thumbnail`.

    Every packet is read; the first 90 pictures are decoded, then those that stand alone.

    :raises VideoRefused: if the video is not to be taken.
    """
    found = _look(path, container, _FULL, thumbnail=thumbnail)
    if found is None or not found.is_complete:
        raise VideoRefused("Looking into it takes too long.", code="invalid_video")
    return found


def file_report(path: Path) -> dict[str, Any]:
    """Return what `evaluate video` prints of one file: what is in it, or why it is refused."""
    report: dict[str, Any] = {"file": str(path), "ok": False}
    try:
        size = path.stat().st_size
        if size > settings.MAX_VIDEO_SIZE_BYTES:
            raise VideoRefused("The file is too large.", code="video_too_large")
        with path.open("rb") as file:
            container = container_of(file, size_bytes=size, name=path.name)
        found = asdict(video_probe(path, container))
    except VideoRefused as refusal:
        return {**report, "error": {"code": refusal.code, "message": refusal.message}}
    except OSError as error:
        return {**report, "error": {"code": "unreadable", "message": error.strerror or "?"}}
    found.pop("is_complete")
    return {**report, "ok": True, "container": container.extension, **found}


def _look(
    path: Path, container: Container, effort: _Effort, *, thumbnail: Path | None
) -> VideoProbe | None:
    order = {
        "file": str(path),
        "demuxer": container.demuxer,
        "thumbnail": str(thumbnail) if thumbnail else "",
        "is_quick": effort is _QUICK,
        "demux_seconds": effort.demux,
        "decode_seconds": effort.decode,
        "most_seconds": settings.MAX_VIDEO_DURATION_SECONDS,
        "most_pixels": MOST_PIXELS,
        "most_fps": MOST_FRAMES_PER_SECOND,
    }
    command = child_command(
        "probe", order, cpu_seconds=effort.cpu, file_bytes=_LARGEST_THUMBNAIL_BYTES
    )
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=effort.clock,
            env=CHILD_ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        # Killed by a limit, or by what the file did to the decoder.
        raise VideoRefused("Decoding it fails or takes too much.", code="invalid_video")
    found = json.loads(done.stdout)
    if not found.pop("ok"):
        raise VideoRefused(found["message"], code=found["code"])
    return VideoProbe(**found)
