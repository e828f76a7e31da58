"""What one video shows and how it sounds, in one pass over its packets."""

import time
from contextlib import suppress
from typing import Any

import av
from av.error import FFmpegError

from reels.sandbox.hearing import Hearing
from reels.sandbox.reports import Progress, Refused
from reels.sandbox.streams import is_cover, opened
from reels.sandbox.watching import Watching

# Pixels of all pictures: up to the first every picture is decoded, up to the second those that
# others refer to, beyond only those that stand alone. 20 s of 720p at 30 a second are 553 million.
_EVERY_PIXELS, _REFERENCE_PIXELS = 600e6, 4000e6
_SKIPPED = {"every": "DEFAULT", "references": "NONREF", "keyframes": "NONKEY"}
_NOTHING_IN_IT = ("invalid_video", "No picture of it can be decoded.")


def analyse(order: dict[str, Any]) -> dict[str, Any]:
    """Return the measures of `order["file"]`, whose probe said its duration, size and rate.

    After `order["measure_seconds"]` of CPU only pictures that stand alone are decoded, after
    one and a half times that the rest is left out and `is_complete` is false.

    :raises Refused: if no picture can be decoded.
    """
    av.logging.set_level(None)
    try:
        with opened(order) as source:
            return _Analysis(source, order).result()
    except (FFmpegError, StopIteration) as error:
        raise Refused(*_NOTHING_IN_IT) from error


class _Analysis:
    """Hands decoded pictures and sound to what watches and hears, within the time it has."""

    def __init__(self, source: Any, order: dict[str, Any]) -> None:
        self.source, self.order = source, order
        self.watching, self.hearing = Watching(order["duration_seconds"]), Hearing()
        self.progress = Progress()
        self.video = next(s for s in source.streams.video if not is_cover(s))
        self.sound = next(iter(source.streams.audio), None)
        pixels = order["width"] * order["height"] * order["fps"] * order["duration_seconds"]
        self.depth = "every" if pixels <= _EVERY_PIXELS else "references"
        self._thin("keyframes" if pixels > _REFERENCE_PIXELS else self.depth)
        self.video.codec_context.thread_count = 1

    def result(self) -> dict[str, Any]:
        is_complete = self._read()
        if not self.watching.seen:
            raise Refused(*_NOTHING_IN_IT)
        loudness = self.hearing.result()
        seen = self.watching.result(is_dense=self.depth != "keyframes")
        return {
            **seen,
            "loudness_lufs": _rounded(loudness.integrated_lufs),
            "peak_dbfs": _rounded(loudness.peak_dbfs),
            "silent": [{"start": span.start, "end": span.end} for span in loudness.silent],
            "fingerprint": self.hearing.fingerprint(),
            "depth": self.depth,
            "is_complete": is_complete,
        }

    def _read(self) -> bool:
        """Decode what there is time for; return whether that was all."""
        most = self.order["measure_seconds"]
        wanted = [stream for stream in (self.video, self.sound) if stream is not None]
        for packet in self.source.demux(wanted):
            spent = time.process_time()
            if spent > most * 1.5:
                return False
            if spent > most and self.depth != "keyframes":
                self._thin("keyframes")
            with suppress(FFmpegError):
                for frame in packet.decode():
                    self._hand_over(packet, frame)
        return True

    def _hand_over(self, packet: Any, frame: Any) -> None:
        if packet.stream is self.sound:
            self.hearing.add(frame)
            return
        self.watching.add(frame)
        if frame.time is not None:
            self.progress.say(frame.time / self.order["duration_seconds"])

    def _thin(self, depth: str) -> None:
        self.depth = depth
        self.video.codec_context.skip_frame = _SKIPPED[depth]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
