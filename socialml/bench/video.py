"""What making a reel's versions costs, and measuring it."""

import resource
import time
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np

from reels.models.files import rendition_files
from reels.services.analysis import video_analyse
from reels.services.containers import MP4
from reels.services.rendering import RUNGS, versions_encode

WIDTH, HEIGHT, FRAMES_PER_SECOND, SECONDS = 1280, 720, 30, 4
_DISTINCT_FRAMES = 30


def video_measure() -> dict[str, Any]:
    """Return the seconds of work, and by the clock, that a second of 720p video takes.

    The versions are made at once, as a worker makes them. `real_time_factor` is the clock's time
    over the video's; below 1 a worker keeps up with who uploads without a pause.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.mp4"
        _clip_write(source)
        files = {ending: folder / ending for rung in RUNGS for ending in rendition_files(rung)}
        work, began = _children_seconds(), time.perf_counter()
        versions_encode(tuple(RUNGS), source, files, seconds=SECONDS, on_progress=lambda _: None)
        clock = time.perf_counter() - began
        made = _children_seconds()
        facts = {
            "duration_seconds": SECONDS,
            "width": WIDTH,
            "height": HEIGHT,
            "fps": FRAMES_PER_SECOND,
            "has_audio": False,
        }
        video_analyse(files["large.mp4"], MP4, facts)
        return {
            "work_per_second": round((made - work) / SECONDS, 3),
            "real_time_factor": round(clock / SECONDS, 3),
            "measuring_work_per_second": round((_children_seconds() - made) / SECONDS, 3),
        }


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _clip_write(path: Path) -> None:
    """Write a clip of texture that moves, with grain: harder to encode than a still."""
    rng = np.random.default_rng(0)
    coarse = rng.uniform(30, 220, (HEIGHT // 40 + 1, WIDTH // 40 + 1, 3))
    texture = np.kron(coarse, np.ones((40, 40, 1)))[:HEIGHT, :WIDTH]
    texture += rng.normal(0, 6, texture.shape)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "20"}
        frames = [
            np.roll(texture, (3 * i, 5 * i), axis=(0, 1)).clip(0, 255).astype(np.uint8)
            for i in range(_DISTINCT_FRAMES)
        ]
        for i in range(FRAMES_PER_SECOND * SECONDS):
            frame = av.VideoFrame.from_ndarray(frames[i % _DISTINCT_FRAMES], format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, FRAMES_PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
