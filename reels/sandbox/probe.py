"""What the packets and pictures of one video say, whatever its headers do."""

import math
import time
from typing import Any

import av
from av.error import FFmpegError

from reels.sandbox.reports import Refused
from reels.sandbox.streams import is_cover, opened

_MOST_STREAMS = 16
_MOST_PACKETS = 1_000_000
_SMALLEST_SIDE = 16
_NARROWEST = 16.0
# So many frames are decoded one by one; after them only those that stand alone.
_FRAMES_IN_ROW = 90
_THUMBNAIL_SIDE = 720
_BLACK_BELOW = 8.0
_VIDEO_CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "prores"}
_AUDIO_CODECS = {
    *("aac", "mp3", "opus", "vorbis", "flac", "ac3", "eac3", "alac", "amr_nb", "amr_wb"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_u8", "pcm_f32le", "adpcm_ms", "pcm_mulaw"),
}


def probe(order: dict[str, Any]) -> dict[str, Any]:
    """Return what is in `order["file"]`, and write a JPEG of it where `order["thumbnail"]` says.

    :raises Refused: if it is a video that we do not take, or none.
    """
    av.logging.set_level(None)
    try:
        with opened(order) as container:
            return _Look(container, order).result()
    except (FFmpegError, ValueError, ArithmeticError) as error:
        raise Refused("invalid_video", "The file cannot be read as a video.") from error


class _Look:
    """What the packets and the frames of one file say; its headers are not believed."""

    def __init__(self, container: Any, order: dict[str, Any]) -> None:
        self.container, self.order = container, order
        self.video = self._choose()
        self.starts: list[float] = []
        self.ends: dict[int, float] = {}
        self.firsts: dict[int, float] = {}
        self.frames = self.failures = 0
        self.size: tuple[int, int] | None = None
        self.rotation = 0
        self.thumbnail: Any = None
        self.is_kept, self.is_complete = False, True

    def result(self) -> dict[str, Any]:
        self._demux()
        if not self.starts or not self.frames or self.failures > self.frames:
            raise Refused("invalid_video", "No picture of it can be decoded.")
        assert self.size is not None
        duration = max(self.ends[i] - self.firsts[i] for i in self.ends)
        if duration <= 0:
            raise Refused("invalid_video", "It has no duration.")
        if self.thumbnail is not None and self.order["thumbnail"]:
            self._thumbnail_write()
        width, height = self.size[::-1] if self.rotation % 180 else self.size
        return {
            "duration_seconds": round(duration, 3),
            "width": width,
            "height": height,
            "fps": round(self._frame_rate(duration), 3),
            "has_audio": bool(self.container.streams.audio),
            "video_codec": self.video.codec_context.codec.canonical_name,
            "is_complete": self.is_complete,
        }

    def _choose(self) -> Any:
        streams = list(self.container.streams)
        if not streams:
            raise Refused("invalid_video", "It holds no streams: it may be cut off.")
        if len(streams) > _MOST_STREAMS:
            raise Refused("unsupported_media", f"It has more than {_MOST_STREAMS} streams.")
        moving = [s for s in self.container.streams.video if not is_cover(s)]
        if not moving:
            raise Refused("unsupported_media", "It has sound or text but no pictures.")
        for stream in (*moving, *self.container.streams.audio):
            known = _VIDEO_CODECS if stream.type == "video" else _AUDIO_CODECS
            context = stream.codec_context
            if context is None or context.codec.canonical_name not in known:
                raise Refused("unsupported_media", "It is coded in a way we do not take.")
        video = moving[0]
        self._side_check(video.codec_context.width, video.codec_context.height)
        video.codec_context.thread_count = 1
        most = self.order["most_pixels"]
        video.codec_context.options = {"max_pixels": str(most * most)}
        return video

    def _demux(self) -> None:
        wanted = [self.video, *self.container.streams.audio]
        for count, packet in enumerate(self.container.demux(wanted)):
            if count > _MOST_PACKETS:
                raise Refused("invalid_video", "It has too many packets.")
            if time.process_time() > self.order["demux_seconds"]:
                self.is_complete = False
                break
            if packet.size:
                self._clock(packet)
            if packet.stream is self.video:
                self._decode(packet)

    def _clock(self, packet: Any) -> None:
        moment = packet.pts if packet.pts is not None else packet.dts
        if moment is None or packet.time_base is None:
            return
        index = packet.stream.index
        start = float(moment * packet.time_base)
        end = start + float((packet.duration or 0) * packet.time_base)
        self.firsts[index] = min(start, self.firsts.get(index, start))
        self.ends[index] = max(end, self.ends.get(index, end))
        longest = self.order["most_seconds"]
        if self.ends[index] - self.firsts[index] > longest + 0.5:
            raise Refused("video_too_long", f"It is longer than {longest} seconds.")
        if packet.stream is self.video:
            self.starts.append(start)
            # Interlaced video may have two packets a frame.
            if len(self.starts) > 2 * self.order["most_fps"] * (longest + 1):
                self._rate_refuse()

    def _decode(self, packet: Any) -> None:
        is_quick = self.order["is_quick"]
        if (is_quick and self.frames) or time.process_time() > self.order["decode_seconds"]:
            return
        if self.frames >= _FRAMES_IN_ROW and not packet.is_keyframe:
            return
        try:
            decoded = packet.decode()
        except FFmpegError:
            self.failures += 1
            return
        for frame in decoded:
            self.frames += 1
            self._side_check(frame.width, frame.height)
            if self.size is None:
                self.size = (frame.width, frame.height)
                self.rotation = int(getattr(frame, "rotation", 0) or 0)
            if not is_quick and self.order["thumbnail"]:
                self._thumbnail_offer(frame)

    def _side_check(self, width: int, height: int) -> None:
        most = self.order["most_pixels"]
        small, large = min(width, height), max(width, height)
        if small < _SMALLEST_SIDE or large > most or large > _NARROWEST * small:
            sides = f"{_SMALLEST_SIDE} to {most} pixels a side, at most {_NARROWEST:g} to 1"
            raise Refused("video_dimensions", f"Its pictures are {width} x {height}: {sides}.")

    def _frame_rate(self, duration: float) -> float:
        """Return frames a second on average; a burst of twice the limit is refused too."""
        starts, most = sorted(self.starts), self.order["most_fps"]
        if len(starts) == 1:
            return 1 / duration
        span = starts[-1] - starts[0]
        if span <= 0:
            self._rate_refuse()
        rate = (len(starts) - 1) / span
        window = 2 * most
        crowded = any(b - a < 1 for a, b in zip(starts, starts[window:], strict=False))
        if not math.isfinite(rate) or rate > most * 1.01 or crowded:
            self._rate_refuse()
        return rate

    def _rate_refuse(self) -> None:
        most = self.order["most_fps"]
        raise Refused("video_frame_rate", f"It has more than {most} frames a second.")

    def _thumbnail_offer(self, frame: Any) -> None:
        """Keep the first picture that is not black, better one after the first half second."""
        if self.is_kept or (self.thumbnail is not None and self.frames > _FRAMES_IN_ROW):
            return
        is_late = frame.time is not None and frame.time - self.firsts[self.video.index] >= 0.5
        is_seen = self._is_bright(frame)
        if self.thumbnail is None or is_seen:
            self.thumbnail = frame
        self.is_kept = is_late and is_seen

    def _is_bright(self, frame: Any) -> bool:
        small = frame.reformat(width=32, height=32, format="gray").to_ndarray()
        return bool(small.mean() > _BLACK_BELOW)

    def _thumbnail_write(self) -> None:
        picture = self.thumbnail.to_image()
        if self.rotation:
            picture = picture.rotate(self.rotation, expand=True)
        picture.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
        picture.convert("RGB").save(self.order["thumbnail"], "JPEG", quality=80)
