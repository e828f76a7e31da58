"""What analysis sees of a video: every picture in small, some of them closely."""

from dataclasses import asdict
from typing import Any

import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from reels.measures import changes
from reels.measures.motion import MotionTracker
from reels.measures.pictures import Look, look_at, luma_of
from reels.measures.video_hash import SIDE as HASH_SIDE
from reels.measures.video_hash import HashMaker, hash_text
from reels.sandbox.nudity import SIDE as NUDITY_SIDE
from reels.sandbox.nudity import nudity_of

# Small pictures have one shape, so that a resized or stretched copy gives the same ones.
_SMALL_WIDTH, _SMALL_HEIGHT = 96, 64
_SMALL_APART, _MOTION_APART, _HASH_APART = 1 / 31, 1 / 13, 1 / 9
_CLOSE_SIDE = 640
_LEAST_LOOKS, _MOST_LOOKS, _MOST_NUDITY = 6, 24, 12
# Noise and blocks are read from this many pixels a side in the middle, on the coder's grid.
_NATIVE_SIDE, _GRID = 512, 16
_EIGHT_BITS = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"}


class Watching:
    """Takes decoded pictures in order, and keeps numbers of them.

    Parameters
    ----------
    seconds
        How long the video is, as its probe said.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._scaler = VideoReformatter()
        self._origin: float | None = None
        self._times: list[float] = []
        self._changes: list[float] = []
        self._blacks: list[bool] = []
        self._last: np.ndarray | None = None
        self._freezes, self._motion, self._hashes = (
            changes.FreezeFinder(),
            MotionTracker(),
            HashMaker(),
        )
        self._moved_at = self._hashed_at = -1.0
        self._looks: list[Look] = []
        count = min(_MOST_LOOKS, max(_LEAST_LOOKS, round(seconds)))
        self._look_times = [(k + 0.5) / count * seconds for k in range(count)]
        self._nudity_each = -(-count // _MOST_NUDITY)
        self._nudity: list[tuple[float, np.ndarray]] = []

    @property
    def seen(self) -> int:
        """Return how many pictures were taken."""
        return len(self._times)

    def add(self, frame: Any) -> None:
        """Take a decoded frame; those without a time or out of order are left out."""
        if frame.time is None:
            return
        if self._origin is None:
            self._origin = frame.time
        moment = frame.time - self._origin
        if self._times and moment < self._times[-1] + _SMALL_APART:
            return
        turns = int(getattr(frame, "rotation", 0) or 0) // 90 % 4
        self._small(moment, frame, turns)
        if len(self._looks) < len(self._look_times) and (
            not self._looks or moment >= self._look_times[len(self._looks)]
        ):
            self._close(moment, frame, turns)

    def result(self, *, is_dense: bool) -> dict[str, Any]:
        """Return the measures; without pictures in a row nothing is said of cuts and motion."""
        times, end = np.array(self._times), max(self._seconds, self._times[-1])
        self._freezes.finish(end)
        motion = self._motion.result() if is_dense else None
        scores = nudity_of([picture for _, picture in self._nudity])
        worst = int(np.argmax(scores))
        looks = [asdict(look) for look in self._looks]
        middles = {key: round(float(np.median([k[key] for k in looks])), 4) for key in looks[0]}
        return {
            "cuts": _moments(changes.cuts_in(times, np.array(self._changes))) if is_dense else None,
            "black": _spans(changes.black_spans(times, np.array(self._blacks), end)),
            "frozen": _spans(self._freezes.spans),
            "motion": round(motion.speed, 4) if motion else None,
            "shake": round(motion.shake, 5) if motion else None,
            **middles,
            "hash": hash_text(self._hashes.result(end)),
            "nudity": round(scores[worst], 4),
            "nudity_at_seconds": round(self._nudity[worst][0], 3),
            "frames_seen": self.seen,
            "looks": len(looks),
        }

    def _small(self, moment: float, frame: Any, turns: int) -> None:
        rgb = self._scaled(frame, _SMALL_WIDTH, _SMALL_HEIGHT, turns)
        colours, luma = changes.hue_saturation_value(rgb), luma_of(rgb)
        change = 0.0 if self._last is None else changes.change_between(self._last, colours)
        self._last = colours
        self._times.append(moment)
        self._changes.append(change)
        self._blacks.append(changes.is_black(luma))
        self._freezes.add(moment, luma)
        if moment >= self._moved_at + _MOTION_APART:
            self._moved_at = moment
            self._motion.add(moment, luma)
        if moment >= self._hashed_at + _HASH_APART:
            self._hashed_at = moment
            rows, columns = _SMALL_HEIGHT // HASH_SIDE, _SMALL_WIDTH // HASH_SIDE
            shape = (HASH_SIDE, rows, HASH_SIDE, columns)
            self._hashes.add(moment, luma.reshape(shape).mean(axis=(1, 3)))

    def _close(self, moment: float, frame: Any, turns: int) -> None:
        scale = _CLOSE_SIDE / max(frame.width, frame.height)
        width, height = (max(16, round(side * scale)) for side in (frame.width, frame.height))
        rgb = self._scaled(frame, width, height, 0)
        if len(self._looks) % self._nudity_each == 0:
            picture = self._scaled(frame, NUDITY_SIDE, NUDITY_SIDE, turns)
            self._nudity.append((moment, picture))
        self._looks.append(look_at(rgb, self._native_luma(frame)))

    def _scaled(self, frame: Any, width: int, height: int, turns: int) -> np.ndarray:
        """Return RGB of an upright picture of that width and height."""
        if turns % 2:
            width, height = height, width
        grows = width > frame.width or height > frame.height
        how = Interpolation.BICUBIC if grows else Interpolation.AREA
        scaled = self._scaler.reformat(
            frame, width=width, height=height, format="rgb24", interpolation=how
        )
        return np.rot90(scaled.to_ndarray(), turns)

    def _native_luma(self, frame: Any) -> np.ndarray:
        if frame.format.name not in _EIGHT_BITS:
            frame = self._scaler.reformat(frame, format="gray")
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        top, left = (
            max(0, side - _NATIVE_SIDE) // 2 // _GRID * _GRID
            for side in (frame.height, frame.width)
        )
        bottom, right = min(frame.height, top + _NATIVE_SIDE), min(frame.width, left + _NATIVE_SIDE)
        return rows[top:bottom, left:right]


def _moments(times: list[float]) -> list[float]:
    return [round(moment, 3) for moment in times]


def _spans(spans: list[changes.Span]) -> list[dict[str, float]]:
    return [{"start": round(span.start, 3), "end": round(span.end, 3)} for span in spans]
