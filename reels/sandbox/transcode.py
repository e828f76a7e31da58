"""The versions of one video, all made while it is decoded once."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from typing import Any

import av
from av.error import FFmpegError
from av.filter import Graph

from reels.sandbox.encoding import SOUND_RATE, TICK, Version
from reels.sandbox.reports import Progress, Refused
from reels.sandbox.streams import is_cover, opened

_SOUND_BLOCK = 1024
# So many packets are looked through for sound that decodes.
_SOUND_TRIED = 200
# A picture may come this share of a picture's time early; times in files are rounded.
_EARLY = 0.1
_NOTHING_IN_IT = ("invalid_video", "No picture of it can be decoded.")


def transcode(order: dict[str, Any]) -> dict[str, Any]:
    """Write the files of `order["versions"]`, the largest first, and return what is in each.

    One after the first is left out where the first is not larger than it would be. No metadata,
    chapter, caption or other stream of the source is carried over: the outputs are made of
    decoded pictures and sound alone.

    :raises Refused: if no picture can be decoded.
    """
    av.logging.set_level(None)
    has_sound = _sound_decodes(order)
    try:
        with opened(order) as source, ExitStack() as outputs:
            maker = _Maker(source, order, outputs, has_sound=has_sound)
            maker.run()
    except (av.error.InvalidDataError, av.error.EOFError) as error:
        raise Refused(*_NOTHING_IN_IT) from error
    versions = {version.name: version.result() for version in maker.versions}
    return {"has_audio": has_sound, "versions": versions}


def _sound_decodes(order: dict[str, Any]) -> bool:
    """Return whether there is sound: the output's header says so before the first is decoded."""
    with opened(order) as source:
        if not source.streams.audio:
            return False
        for count, packet in enumerate(source.demux(source.streams.audio[0])):
            if count >= _SOUND_TRIED:
                break
            with suppress(FFmpegError):
                if packet.decode():
                    return True
    return False


class _Maker:
    """Decodes once, and hands the versions what has been brought into step."""

    def __init__(
        self, source: Any, order: dict[str, Any], outputs: ExitStack, *, has_sound: bool
    ) -> None:
        self.source, self.order, self.outputs = source, order, outputs
        self.video = next(s for s in source.streams.video if not is_cover(s))
        self.video.codec_context.thread_count = 1
        self.sound = source.streams.audio[0] if has_sound else None
        self.progress = Progress()
        self.versions: list[Version] = []
        self.origin: float | None = None
        self.pictures = self.failures = 0
        self.last_tick = -1
        self.early: list[Any] = []
        self.sound_graph: Any = None
        self.sound_shape: tuple[Any, ...] = ()

    def run(self) -> None:
        self._version_add(self.order["versions"][0])
        wanted = [s for s in (self.video, self.sound) if s is not None]
        for packet in self.source.demux(wanted):
            for frame in self._decoded(packet):
                if packet.stream is self.video:
                    self._picture(frame)
                else:
                    self._sound_offer(frame)
        if not self.pictures or self.failures > self.pictures:
            raise Refused(*_NOTHING_IN_IT)
        if self.sound_graph is not None:
            self.sound_graph.push(None)
            self._sound_encode()
        for version in self.versions:
            version.finish()

    def _version_add(self, order: dict[str, Any]) -> None:
        version = Version(
            {**order, "threads": self.order["threads"]}, sound_layout=self._sound_layout()
        )
        self.outputs.callback(version.close)
        self.versions.append(version)

    def _sound_layout(self) -> str:
        if self.sound is None:
            return ""
        return "mono" if self.sound.codec_context.channels == 1 else "stereo"

    def _decoded(self, packet: Any) -> Iterator[Any]:
        try:
            yield from packet.decode()
        except FFmpegError:
            self.failures += packet.stream is self.video

    def _picture(self, frame: Any) -> None:
        if frame.time is None:
            return
        if self.origin is None:
            self.origin = frame.time
        tick = round((frame.time - self.origin) / TICK)
        least = (1 - _EARLY) / self.order["most_frames_per_second"] / float(TICK)
        if self.pictures and tick - self.last_tick < least:
            return
        if tick * TICK > self.order["most_seconds"] + 1:
            return
        turn = int(getattr(frame, "rotation", 0) or 0) % 360
        upright = self.versions[0].picture(
            frame, tick, turn=turn, aspect=self.video.sample_aspect_ratio
        )
        if not self.pictures:
            self._smaller_add(min(upright.width, upright.height))
        for smaller in self.versions[1:]:
            smaller.picture(upright, tick)
        self.pictures, self.last_tick = self.pictures + 1, tick
        early, self.early = self.early, []
        for waiting in early:
            self._sound_offer(waiting)
        self.progress.say(float(tick * TICK) / max(self.order["duration_seconds"], 0.001))

    def _smaller_add(self, short_side: int) -> None:
        for order in self.order["versions"][1:]:
            if order["short_side"] < short_side:
                self._version_add(order)

    def _sound_offer(self, frame: Any) -> None:
        if self.origin is None:
            # What was heard before the first picture waits for it.
            self.early.append(frame)
            return
        moment = None if frame.time is None else frame.time - self.origin
        if moment is None or not -1 <= moment <= self.order["most_seconds"] + 1:
            return
        shape = (frame.sample_rate, frame.layout.name, frame.format.name)
        if self.sound_graph is None:
            self._sound_graph_make(frame)
            self.sound_shape = shape
        if shape != self.sound_shape:
            return
        frame.pts, frame.time_base = round(moment * SOUND_RATE), Fraction(1, SOUND_RATE)
        self.sound_graph.push(frame)
        self._sound_encode()

    def _sound_graph_make(self, frame: Any) -> None:
        self.sound_graph = Graph()
        self.sound_graph.link_nodes(
            self.sound_graph.add_abuffer(
                sample_rate=frame.sample_rate,
                format=frame.format.name,
                layout=frame.layout.name,
                time_base=Fraction(1, SOUND_RATE),
            ),
            # Silence stands where sound is missing, so that it stays in step with the pictures.
            self.sound_graph.add("aresample", f"{SOUND_RATE}:async=1:first_pts=0"),
            self.sound_graph.add(
                "aformat", f"sample_fmts=fltp:channel_layouts={self._sound_layout()}"
            ),
            self.sound_graph.add("asetnsamples", f"n={_SOUND_BLOCK}:p=0"),
            self.sound_graph.add("abuffersink"),
        ).configure()

    def _sound_encode(self) -> None:
        while True:
            try:
                block = self.sound_graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            for version in self.versions:
                version.sound(block)
