"""How well a video is made, whatever it shows: a stated formula, no model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The weights add to one. What cannot be measured, as the sound of a silent film, is left out.
WEIGHTS = {
    "resolution": 0.15,
    "sharpness": 0.20,
    "exposure": 0.15,
    "contrast": 0.08,
    "colour": 0.07,
    "cleanness": 0.10,
    "steadiness": 0.10,
    "liveliness": 0.05,
    "sound": 0.10,
}
# One part at zero takes most of the score, but not all.
_LEAST_PART = 0.05
_ADVICE = {
    "resolution": "Record at 720p or more.",
    "sharpness": "Hold the focus, and clean the lens: the pictures are soft.",
    "exposure": "Light it evenly: parts are too dark or too bright to be seen.",
    "contrast": "Look for stronger light and shade: the pictures are flat.",
    "colour": "Bring in more colour.",
    "cleanness": "Record with more light and upload less compressed: noise or blocks show.",
    "steadiness": "Hold the camera still or use a stand: the picture shakes.",
    "liveliness": "Cut out what is black or stands still.",
    "sound": "Record louder and without overdriving, at about -14 LUFS.",
}
# A gain smaller than this is not worth a sentence.
_LEAST_GAIN = 0.02


@dataclass(frozen=True, slots=True)
class VideoQuality:
    """A score in [0, 1], its parts in [0, 1], and what would raise it, most first.

    The score is the weighted geometric mean of the parts: what is bad is not outweighed by
    what is good. `advice` holds the part, the sentence, and the score with that part perfect.
    """

    score: float
    parts: dict[str, float]
    advice: list[dict[str, Any]]


def video_quality(found: Mapping[str, Any]) -> VideoQuality:
    """Return the quality by what the probe and the analysis of a video found."""
    parts = {
        "resolution": _between(min(found["width"], found["height"]), 144, 720),
        "sharpness": _between(math.log1p(found["sharpness"]), math.log1p(5), math.log1p(300)),
        "exposure": _exposure(found),
        "contrast": _between(found["contrast"], 0.03, 0.16),
        "colour": 0.5 + 0.5 * _between(found["colourfulness"], 0, 30),
        "cleanness": _cleanness(found),
        "liveliness": 1 - _still_share(found),
    }
    if found["shake"] is not None:
        parts["steadiness"] = 1 - _between(found["shake"], 0.004, 0.04)
    if found["has_audio"]:
        parts["sound"] = _sound(found)
    score = _mean(parts)
    advice: list[dict[str, Any]] = [
        {"part": name, "text": _ADVICE[name], "score": round(raised, 4)}
        for name in parts
        if (raised := _mean({**parts, name: 1.0})) - score >= _LEAST_GAIN
    ]
    advice.sort(key=lambda line: -line["score"])
    return VideoQuality(
        round(score, 4), {name: round(part, 4) for name, part in parts.items()}, advice
    )


def _mean(parts: Mapping[str, float]) -> float:
    total = sum(WEIGHTS[name] for name in parts)
    logs = sum(WEIGHTS[name] * math.log(max(part, _LEAST_PART)) for name, part in parts.items())
    return math.exp(logs / total)


def _exposure(found: Mapping[str, Any]) -> float:
    brightness: float = found["brightness"]
    level = min(_between(brightness, 0.03, 0.22), 1 - _between(brightness, 0.72, 0.97))
    lost = _between(found["dark_share"] + found["bright_share"], 0.1, 0.8)
    return level * (1 - lost)


def _cleanness(found: Mapping[str, Any]) -> float:
    noise, blocks = _between(found["noise"], 1, 10), _between(found["blockiness"], 0.3, 3)
    return 1 - max(noise, blocks)


def _still_share(found: Mapping[str, Any]) -> float:
    seconds: float = max(found["duration_seconds"], 0.001)
    still: float = sum(span["end"] - span["start"] for span in (*found["black"], *found["frozen"]))
    return float(min(1.0, still / seconds))


def _sound(found: Mapping[str, Any]) -> float:
    """Return 1 from -20 to -12 LUFS, which players need not turn up or down by much."""
    loudness: float | None = found["loudness_lufs"]
    if loudness is None:
        return 0.0
    level: float = min(_between(loudness, -45, -20), 1 - _between(loudness, -12, 0))
    silent: float = sum(span["end"] - span["start"] for span in found["silent"])
    seconds: float = max(found["duration_seconds"], 0.001)
    return level * (1 - min(1.0, silent / seconds))


def _between(value: float, low: float, high: float) -> float:
    """Return how far `value` is from `low` to `high`, in [0, 1]."""
    return min(1.0, max(0.0, (value - low) / (high - low)))
