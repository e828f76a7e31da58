"""The pictures of one video: a poster, thumbnails, a moving preview and a blurhash."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from PIL import Image

from reels.sandbox.blurhash import blurhash
from reels.sandbox.reports import Progress

_POSTER_FROM_SECONDS = 0.5
_POSTER_TRIED_SECONDS = 4.0
_BLACK_BELOW = 8.0
_THUMBNAIL_SIDE, _PREVIEW_SIDE = 480, 320
_PREVIEW_FRAMES_PER_SECOND = 8
# The middle of each third of the video, a second of each.
_PLACES = (1 / 6, 3 / 6, 5 / 6)
_QUALITY, _PREVIEW_QUALITY = 80, 50


def stills(order: dict[str, Any]) -> dict[str, Any]:
    """Write the pictures of `order["file"]`, which is a rendition of ours, into its folder."""
    av.logging.set_level(None)
    folder, progress = Path(order["folder"]), Progress()
    poster = _poster(order["file"])
    _save(poster, folder / "poster.webp")
    progress.say(0.3)
    moving: list[Image.Image] = []
    for number, place in enumerate(_PLACES, start=1):
        start = order["duration_seconds"] * place - 0.5
        second = list(_sampled(order["small_file"], start=max(0.0, start)))
        # The last picture stands in for what comes after the end.
        second = second or moving[-1:] or [poster]
        middle = second[len(second) // 2].copy()
        middle.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
        _save(middle, folder / f"thumbnail-{number}.webp")
        for picture in second:
            picture.thumbnail((_PREVIEW_SIDE, _PREVIEW_SIDE))
        moving += second
        progress.say(0.3 + 0.2 * number)
    moving[0].save(
        folder / "preview.webp",
        save_all=True,
        append_images=moving[1:],
        duration=round(1000 / _PREVIEW_FRAMES_PER_SECOND),
        loop=0,
        quality=_PREVIEW_QUALITY,
        method=2,
    )
    return {"width": poster.width, "height": poster.height, "blurhash": blurhash(poster)}


def _poster(path: str) -> Image.Image:
    """Return the first picture that is not black, from half a second on."""
    first = None
    for moment, picture in _pictures(path, start=0.0):
        if first is None:
            first = picture
        if moment >= _POSTER_FROM_SECONDS and _is_bright(picture):
            return picture
        if moment > _POSTER_TRIED_SECONDS:
            break
    assert first is not None
    return first


def _sampled(path: str, *, start: float) -> Iterator[Image.Image]:
    """Yield pictures of the second from `start`, evenly."""
    due = start
    for moment, picture in _pictures(path, start=start):
        if moment >= start + 1:
            return
        if moment >= due:
            yield picture
            due += 1 / _PREVIEW_FRAMES_PER_SECOND


def _pictures(path: str, *, start: float) -> Iterator[tuple[float, Image.Image]]:
    with av.open(path, format="mov", options={"protocol_whitelist": "file"}) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        container.seek(int(start * av.time_base))
        for frame in container.decode(stream):
            if frame.time is not None and frame.time >= start:
                yield frame.time, frame.to_image()  # type: ignore[no-untyped-call]


def _is_bright(picture: Image.Image) -> bool:
    grey = picture.convert("L").resize((32, 32)).tobytes()
    return sum(grey) / len(grey) > _BLACK_BELOW


def _save(picture: Image.Image, path: Path) -> None:
    picture.save(path, quality=_QUALITY, method=4)
