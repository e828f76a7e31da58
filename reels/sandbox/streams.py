"""Opening a video, and telling its streams apart."""

from contextlib import suppress
from typing import Any

import av

# Beyond these it is not even opened.
_STREAMS_OPENED = 128


def opened(order: dict[str, Any]) -> Any:
    """Return `order["file"]` opened as what `order["demuxer"]` reads, and nothing it points to.

    :raises FFmpegError: if it is not that.
    """
    options = {"protocol_whitelist": "file", "max_streams": str(_STREAMS_OPENED)}
    return av.open(
        order["file"], format=order["demuxer"], options=options, metadata_errors="ignore"
    )


def is_cover(stream: Any) -> bool:
    """Return whether the stream is a picture that belongs to the sound."""
    with suppress(AttributeError):
        return bool(stream.disposition & stream.disposition.attached_pic)
    return False
