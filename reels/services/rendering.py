"""Making the versions of a reel that people are shown, and its pictures.

Each has its row once its files are complete, so a run that was cut off goes on where it ended.
The versions are made of the upload at once, as decoding it is most of what a second one costs;
what is missing after a cut is made of the large one, and so are the pictures.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from reels.models import Reel, Rendition
from reels.models.files import PICTURES, file_name, rendition_files
from reels.services import storage
from reels.services.children import child_run
from reels.services.containers import container_of
from reels.services.cores import core_held
from reels.services.progress import ReelGone, teller

_FILE_BYTES = 400 * 1024**2
_MOST_FRAMES_PER_SECOND = 60
_VIDEOS_PERCENT, _PICTURES_PERCENT = (5, 70), (70, 75)


@dataclass(frozen=True, slots=True)
class Rung:
    """How a version is made. Its presets were chosen by measurement: docs/adr/0026."""

    short_side: int
    preset: str
    quality: int
    most_bits_per_second: int
    sound_bits_per_second: int
    # CPU seconds allowed for each second of video.
    effort: int


RUNGS: Mapping[str, Rung] = {
    Rendition.Name.LARGE: Rung(720, "superfast", 23, 3_500_000, 128_000, effort=8),
    Rendition.Name.SMALL: Rung(360, "superfast", 24, 1_000_000, 64_000, effort=2),
}


def renditions_make(*, reel: Reel, at: datetime) -> list[Rendition]:
    """Make what the reel lacks, and return all that it has, the largest first.

    :raises VideoRefused: if the upload does not decode after all.
    :raises ReelGone: if the reel was deleted meanwhile.
    :raises ChildFailed: if making one fails for another reason.
    """
    made = {row.name: row for row in reel.renditions.all()}
    with storage.work_folder() as folder:
        if Rendition.Name.LARGE not in made:
            made |= _videos_make(reel, tuple(RUNGS), folder, source=reel.video, at=at)
        large = made[Rendition.Name.LARGE]
        is_larger = min(large.width, large.height) > RUNGS[Rendition.Name.SMALL].short_side
        if is_larger and Rendition.Name.SMALL not in made:
            names = (Rendition.Name.SMALL,)
            made |= _videos_make(reel, names, folder, source=large.files()[0], at=at)
        videos = [made[name] for name in RUNGS if name in made]
        pictures = made.get(Rendition.Name.PICTURES) or _pictures_make(reel, videos, folder, at=at)
    return [*videos, pictures]


def versions_encode(
    names: Sequence[str],
    source: Path,
    files: Mapping[str, Path],
    *,
    seconds: float,
    on_progress: Callable[[float], None],
) -> dict[str, Any]:
    """Write the files of these versions, the largest first; return by name what is in each.

    One that would not be smaller than the first is left out. "has_audio" stands beside them.

    :raises VideoRefused: if `source` does not decode, or takes too much.
    :raises ChildFailed: if it fails for another reason.
    """
    order = {
        "file": str(source),
        "demuxer": _demuxer(source),
        "versions": [_version_order(name, files) for name in names],
        "threads": settings.SOCIALML_TRANSCODE_THREADS,
        "most_frames_per_second": _MOST_FRAMES_PER_SECOND,
        "most_seconds": settings.MAX_VIDEO_DURATION_SECONDS,
        "duration_seconds": seconds,
    }
    effort = sum(RUNGS[name].effort for name in names)
    with core_held():
        found = child_run(
            "transcode",
            order,
            cpu_seconds=round(60 + effort * seconds),
            file_bytes=_FILE_BYTES,
            on_progress=on_progress,
        )
    return {"has_audio": found["has_audio"], **found["versions"]}


def _version_order(name: str, files: Mapping[str, Path]) -> dict[str, Any]:
    rung = RUNGS[name]
    mp4, segments = (files[ending] for ending in rendition_files(name))
    return {
        "name": str(name),
        "mp4": str(mp4),
        "segments": str(segments),
        "short_side": rung.short_side,
        "preset": rung.preset,
        "quality": rung.quality,
        "most_bits_per_second": rung.most_bits_per_second,
        "sound_bits_per_second": rung.sound_bits_per_second,
    }


def _videos_make(
    reel: Reel, names: Sequence[str], folder: Path, *, source: str, at: datetime
) -> dict[str, Rendition]:
    files = {ending: folder / ending for name in names for ending in rendition_files(name)}
    with storage.local_file(source) as path:
        found = versions_encode(
            names,
            path,
            files,
            seconds=(reel.duration_ms or 0) / 1000,
            on_progress=teller(reel.pk, _VIDEOS_PERCENT),
        )
    has_audio, made = found.pop("has_audio"), {}
    for name, facts in found.items():
        own = {ending: files[ending] for ending in rendition_files(name)}
        size = own[f"{name}.mp4"].stat().st_size
        row = Rendition(reel=reel, name=name, size_bytes=size, made_at=at, **facts)
        made[name] = _complete(row, own, has_audio=has_audio)
    return made


def _pictures_make(reel: Reel, videos: list[Rendition], folder: Path, *, at: datetime) -> Rendition:
    with ExitStack() as stack:
        large, small = (
            stack.enter_context(storage.local_file(row.files()[0]))
            for row in (videos[0], videos[-1])
        )
        found = child_run(
            "stills",
            {
                "file": str(large),
                "small_file": str(small),
                "folder": str(folder),
                "duration_seconds": (reel.duration_ms or 0) / 1000,
            },
            cpu_seconds=60,
            file_bytes=_FILE_BYTES,
            on_progress=teller(reel.pk, _PICTURES_PERCENT),
        )
    files = {ending: folder / ending for ending in PICTURES}
    size = sum(path.stat().st_size for path in files.values())
    blurhash = found.pop("blurhash")
    row = Rendition(reel=reel, name=Rendition.Name.PICTURES, size_bytes=size, made_at=at, **found)
    return _complete(row, files, blurhash=blurhash)


def _complete(row: Rendition, files: Mapping[str, Path], **facts: Any) -> Rendition:
    """Store the files, then their row with what the reel learns by it.

    :raises ReelGone: if the reel was deleted meanwhile; the files are gone again then.
    """
    reel = row.reel
    for ending, path in files.items():
        storage.file_put(file_name(reel.key, ending), path)
    with transaction.atomic():
        # Whoever deletes the reel waits for this, or is waited for.
        if Reel.objects.select_for_update().filter(pk=reel.pk).exists():
            Rendition.objects.filter(reel=reel, name=row.name).delete()
            row.save(force_insert=True)
            Reel.objects.filter(pk=reel.pk).update(**facts)
            for name, value in facts.items():
                setattr(reel, name, value)
            return row
    storage.files_delete(row.files())
    raise ReelGone


def _demuxer(path: Path) -> str:
    with path.open("rb") as file:
        return container_of(file, size_bytes=path.stat().st_size).demuxer
