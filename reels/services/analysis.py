"""What a video shows and how it sounds, found by a process that can harm nothing."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mlengine.estimators.virality import VIRAL_SHARE
from mlengine.post_forecasts import VIRAL
from reels.measures.quality import video_quality
from reels.services.children import ChildFailed, child_run
from reels.services.containers import Container, container_of
from reels.services.probe import file_report
from reels.services.refusals import VideoRefused

# What is longer or larger is looked at less closely.
_MEASURE_SECONDS, _CPU_SECONDS = 20.0, 60
# What a file alone tells of going viral: as far as is known nothing, so that what is said is how
# often posts do (docs/models/video.md).
_VIRAL = {
    "score": VIRAL_SHARE,
    "basis": "base_rate",
    "definition": f"{VIRAL} The share of all posts: no measure of a file is known to change it.",
}
# It writes nothing.
_FILE_BYTES = 4096


def video_analyse(
    path: Path,
    container: Container,
    facts: dict[str, Any],
    *,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> dict[str, Any]:
    """Return the measures of a video that was probed, and its quality.

    `facts` are its `duration_seconds`, `width`, `height`, `fps` and `has_audio` as the probe
    found them. Spans are {"start", "end"} in seconds from the first picture; what could not be
    measured is None.

    :raises VideoRefused: if no picture can be decoded, or decoding is ended by a limit.
    :raises ChildFailed: if it fails for a reason that is not the file's.
    """
    order = {
        **{key: facts[key] for key in ("duration_seconds", "width", "height", "fps")},
        "file": str(path),
        "demuxer": container.demuxer,
        "measure_seconds": _MEASURE_SECONDS,
    }
    found = child_run(
        "analyse",
        order,
        cpu_seconds=_CPU_SECONDS,
        file_bytes=_FILE_BYTES,
        on_progress=on_progress,
    )
    return {**found, "quality": asdict(video_quality({**facts, **found}))}


def video_report(path: Path) -> dict[str, Any]:
    """Return what `evaluate video` prints of one file: all about it, or why it is refused."""
    report = file_report(path)
    if not report["ok"]:
        return report
    try:
        with path.open("rb") as file:
            container = container_of(file, size_bytes=path.stat().st_size, name=path.name)
        return {**report, **video_analyse(path, container, report), "viral": _VIRAL}
    except VideoRefused as refusal:
        error = {"code": refusal.code, "message": refusal.message}
    except ChildFailed as failure:
        error = {"code": "analysis_failed", "message": str(failure)[-200:]}
    except OSError as failure:
        error = {"code": "unreadable", "message": failure.strerror or "?"}
    return {"file": str(path), "ok": False, "error": error}
