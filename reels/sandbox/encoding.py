"""One version of a video being written: upright H.264 and AAC, as an MP4 and as segments of it."""

from contextlib import suppress
from fractions import Fraction
from typing import Any

import av
from av.filter import Graph
from av.video.frame import PictureType

from reels.sandbox.boxes import codecs_of, segments_of
from reels.sandbox.segments import segments_write

# Finer than any distance between pictures, and a whole number of it in every usual one.
TICK = Fraction(1, 90_000)
SOUND_RATE = 48_000
_SECONDS_A_SEGMENT = 2


class Version:
    """Takes pictures and blocks of sound in order of time, and writes them.

    Parameters
    ----------
    order
        Where it goes (`mp4`, `segments`), what it is (`name`, `short_side`, `preset`, `quality`,
        `most_bits_per_second`, `sound_bits_per_second`) and with how many `threads`.
    sound_layout
        "mono" or "stereo"; "" where there is no sound.
    """

    def __init__(self, order: dict[str, Any], *, sound_layout: str) -> None:
        self.order, self.name, self.has_sound = order, order["name"], bool(sound_layout)
        self.width = self.height = self.count = 0
        self._last_tick, self._segment = 0, -1
        self._graph: Any = None
        self._shape: tuple[Any, ...] = ()
        # `bitexact` keeps the writer's name and the time out of the file.
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        self._output = av.open(order["mp4"], "w", format="mp4", options=options)
        self._pictures = self._picture_stream()
        self._sound = self._sound_stream(sound_layout) if sound_layout else None

    def picture(self, frame: Any, tick: int, *, turn: int = 0, aspect: Any = None) -> Any:
        """Write the picture of that moment, and return it as it was written: scaled and upright.

        `turn` is by how many degrees against the clock it is shown, `aspect` that of its pixels.
        """
        self._graph_ready(frame, turn, aspect)
        frame.pts, frame.time_base = tick, TICK
        self._graph.vpush(frame)
        upright = self._graph.vpull()
        if not self.count:
            self._size_settle(upright)
        upright.pts, upright.time_base = tick, TICK
        segment = int(tick * TICK / _SECONDS_A_SEGMENT)
        upright.pict_type = PictureType.I if segment > self._segment else PictureType.NONE
        self._segment = max(segment, self._segment)
        self._output.mux(self._pictures.encode(upright))
        self.count, self._last_tick = self.count + 1, tick
        return upright

    def sound(self, block: Any) -> None:
        """Write a block of sound."""
        assert self._sound is not None
        self._output.mux(self._sound.encode(block))

    def finish(self) -> None:
        """Write what the encoders hold back."""
        self._output.mux(self._pictures.encode(None))
        if self._sound is not None:
            self._output.mux(self._sound.encode(None))

    def close(self) -> None:
        """Let go of the file; what was written is complete if it was finished."""
        self._output.close()

    def result(self) -> dict[str, Any]:
        """Write the segments of the closed file, and return what is in it."""
        starts = segments_write(self.order["mp4"], self.order["segments"])
        init_bytes, segments = segments_of(self.order["segments"], starts)
        seconds = float(self._last_tick * TICK)
        return {
            "width": self.width,
            "height": self.height,
            "frames_per_second": round((self.count - 1) / seconds, 3) if seconds else 1.0,
            "codecs": codecs_of(self.order["segments"], init_bytes, has_sound=self.has_sound),
            "init_bytes": init_bytes,
            "segments": segments,
        }

    def _picture_stream(self) -> Any:
        stream = self._output.add_stream("libx264", rate=30)
        context = stream.codec_context
        context.thread_count = self.order["threads"]
        context.pix_fmt = "yuv420p"
        context.time_base = TICK
        context.options = {
            "preset": self.order["preset"],
            "crf": str(self.order["quality"]),
            "maxrate": str(self.order["most_bits_per_second"]),
            "bufsize": str(2 * self.order["most_bits_per_second"]),
            "profile": "high",
            # Keyframes stand where we ask for them and nowhere else.
            "g": "100000",
            "sc_threshold": "0",
            "forced-idr": "1",
            # Choosing where frames of both directions stand takes a seventh of the time, and
            # saves nothing at this preset.
            "b_strategy": "0",
            # Captions inside the pictures are metadata too.
            "a53cc": "0",
            "flags": "+bitexact",
        }
        return stream

    def _sound_stream(self, layout: str) -> Any:
        stream = self._output.add_stream("aac", rate=SOUND_RATE, layout=layout)
        stream.bit_rate = self.order["sound_bits_per_second"]
        stream.codec_context.options = {"flags": "+bitexact"}
        return stream

    def _size_settle(self, frame: Any) -> None:
        self.width, self.height = frame.width, frame.height
        self._pictures.width, self._pictures.height = frame.width, frame.height
        context = self._pictures.codec_context
        for name in ("color_range", "colorspace", "color_primaries", "color_trc"):
            with suppress(AttributeError, ValueError, TypeError):
                setattr(context, name, getattr(frame, name))

    def _graph_ready(self, frame: Any, turn: int, aspect: Any) -> None:
        """Make the filters anew when pictures change their size or format in the middle."""
        shape = (frame.width, frame.height, frame.format.name)
        if shape == self._shape:
            return
        self._shape = shape
        width, height = self._target(frame, aspect, is_turned=turn % 180 == 90)
        self._graph = Graph()
        nodes = [
            self._graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=TICK
            ),
            self._graph.add("scale", f"{width}:{height}:flags=bicubic"),
            self._graph.add("format", "yuv420p"),
            self._graph.add("setsar", "1"),
        ]
        # The angle is counted against the clock.
        turns = {90: ["cclock"], 180: ["clock", "clock"], 270: ["clock"]}
        nodes += [self._graph.add("transpose", direction) for direction in turns.get(turn, [])]
        nodes.append(self._graph.add("buffersink"))
        self._graph.link_nodes(*nodes).configure()

    def _target(self, frame: Any, aspect: Any, *, is_turned: bool) -> tuple[int, int]:
        """Return the size before turning; never larger than the picture on either side."""
        if self.width:
            return (self.height, self.width) if is_turned else (self.width, self.height)
        width, height = frame.width, frame.height
        if aspect and Fraction(1, 4) <= aspect <= 4:
            width = round(width * min(aspect, 1))
            height = round(height / max(aspect, 1))
        scale = min(1.0, self.order["short_side"] / min(width, height))
        return _even(width * scale), _even(height * scale)


def _even(length: float) -> int:
    return max(2, int(length) // 2 * 2)
