"""Small moving pictures for the demo community's reels, made here and taken in like any upload."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from numpy.typing import NDArray

from posts.models import Post
from posts.services import fragment_write
from reels.models import Reel
from reels.models.files import file_name
from reels.services.containers import container_of
from reels.services.probe import VideoProbe, video_probe
from reels.services.processing import facts_of
from reels.services.storage import key_make
from reels.services.uploads import job_key
from socialml.core.queue import enqueue

WIDTH, HEIGHT, FRAMES_PER_SECOND, FRAMES = 180, 320, 15, 38


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that is stored and was looked into."""

    key: str
    video: str
    thumbnail: str
    content_type: str
    size_bytes: int
    probe: VideoProbe


def clips_make(*, count: int, seed: int) -> list[Clip]:
    """Draw, encode, probe and store `count` clips of 2.5 seconds."""
    rng = np.random.default_rng(seed)
    with TemporaryDirectory() as folder:
        return [_clip(Path(folder) / f"{i}", rng) for i in range(count)]


@transaction.atomic
def clips_attach(*, post_ids: Sequence[int], clips: Sequence[Clip], at: datetime) -> None:
    """Make the posts, which are reels without a video, the reels of these clips.

    They can be watched at once; the worker makes their versions later.
    """
    for post_id, clip in zip(post_ids, clips, strict=True):
        Reel.objects.create(
            post_id=post_id,
            key=clip.key,
            state=Reel.State.READY,
            video=clip.video,
            thumbnail=clip.thumbnail,
            content_type=clip.content_type,
            size_bytes=clip.size_bytes,
            uploaded_at=at,
            processed_at=at,
            **facts_of(clip.probe),
        )
        media = {
            "video": f"{settings.MEDIA_URL}{clip.video}",
            "thumbnail": f"{settings.MEDIA_URL}{clip.thumbnail}",
            "content_type": clip.content_type,
            **facts_of(clip.probe),
        }
        del media["frames_per_second"]
        Post.objects.filter(pk=post_id).update(media=media)
        enqueue(
            "reels.tasks.reel_process",
            queue="media",
            key=job_key(post_id),
            post_id=post_id,
            file_key=clip.key,
        )
    fragment_write(post_ids)


def _clip(stem: Path, rng: np.random.Generator) -> Clip:
    video, thumbnail = stem.with_suffix(".mp4"), stem.with_suffix(".jpg")
    clip_encode(video, rng)
    with video.open("rb") as file:
        container = container_of(file, size_bytes=video.stat().st_size)
    probe = video_probe(video, container, thumbnail=thumbnail)
    key = key_make()
    return Clip(
        key=key,
        video=_store(video, file_name(key, container.extension)),
        thumbnail=_store(thumbnail, file_name(key, "jpg")),
        content_type=container.content_type,
        size_bytes=video.stat().st_size,
        probe=probe,
    )


def clip_encode(path: Path, rng: np.random.Generator) -> None:
    """Write an MP4 of two colours that flow into each other behind a moving disc."""
    first, second, disc = rng.integers(40, 230, (3, 3)).astype(np.float32)
    speed, phase = rng.uniform(0.5, 1.5), rng.uniform(0, 6)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "30", "movflags": "+faststart"}
        stream.codec_context.thread_count = 1
        for i in range(FRAMES):
            moment = speed * i / FRAMES_PER_SECOND + phase
            share = 0.5 + 0.5 * np.sin(y / HEIGHT * 3 + moment)[..., None]
            picture = first * share + second * (1 - share)
            across = WIDTH * (0.5 + 0.3 * np.sin(2 * moment))
            down = HEIGHT * (0.5 + 0.3 * np.cos(1.3 * moment))
            picture[(x - across) ** 2 + (y - down) ** 2 < 30**2] = disc
            frame = _frame(picture, i)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frame(picture: NDArray[np.float32], number: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(picture.astype(np.uint8), format="rgb24")
    frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
    return frame


def _store(path: Path, name: str) -> str:
    with path.open("rb") as file:
        return default_storage.save(name, File(file))
