"""A reel with all that an operator may want to know of it."""

from dataclasses import dataclass
from typing import Any

from posts.models import Post
from posts.selectors.media import media_signed, state_name
from reels.measures.quality import WEIGHTS
from reels.models import Reel, ReelCopy, Rendition
from socialml.core.models import Job

_ALIKE_MOST = 20
# What stands beside the quality, in the order of the page: the key, what it is called, its unit.
_FACTS = (
    ("nudity", "nudity, at most", ""),
    ("nudity_at_seconds", "at", "s"),
    ("loudness_lufs", "loudness", "LUFS"),
    ("peak_dbfs", "peak", "dBFS"),
    ("sharpness", "sharpness", ""),
    ("brightness", "brightness", ""),
    ("contrast", "contrast", ""),
    ("colourfulness", "colourfulness", ""),
    ("noise", "noise", "levels"),
    ("blockiness", "blockiness", ""),
    ("motion", "motion", "widths a second"),
    ("shake", "shake", "widths"),
    ("frames_seen", "pictures seen", ""),
    ("depth", "pictures decoded", ""),
)
_SPANS = ("cuts", "black", "frozen", "silent")


@dataclass(frozen=True, slots=True)
class Inspected:
    """One reel, its media with addresses that open, and what was found of it."""

    reel: Reel
    media: dict[str, Any]
    renditions: list[Rendition]
    # Name, value in [0, 1] and weight of each part of the quality.
    parts: list[tuple[str, float, float]]
    facts: list[tuple[str, Any, str]]
    # Name, and moments or spans as a sentence.
    spans: list[tuple[str, str]]
    originals: list[ReelCopy]
    copies: list[ReelCopy]
    jobs: list[Job]


def reel_inspect(*, post_id: int) -> Inspected | None:
    """Return the reel, or None if there is none. Five queries."""
    reel = Reel.objects.select_related("post__author").filter(pk=post_id).first()
    if reel is None:
        return None
    analysis: dict[str, Any] = reel.analysis or {}
    alike = ReelCopy.objects.select_related("reel__post__author", "original__post__author")
    jobs = Job.objects.filter(task="reels.tasks.reel_process", kwargs__post_id=post_id)
    return Inspected(
        reel=reel,
        media=_media(reel.post),
        renditions=list(reel.renditions.order_by("pk")),
        parts=_parts(analysis),
        facts=[
            (label, analysis[key], unit)
            for key, label, unit in _FACTS
            if analysis.get(key) is not None
        ],
        spans=[(name, _spoken(analysis[name])) for name in _SPANS if analysis.get(name)],
        originals=list(alike.filter(reel=reel).order_by("pk")[:_ALIKE_MOST]),
        copies=list(alike.filter(original=reel).order_by("pk")[:_ALIKE_MOST]),
        jobs=list(jobs.order_by("pk")),
    )


def _media(post: Post) -> dict[str, Any]:
    return media_signed(
        post.media, state=state_name(post.moderation, is_active=post.author.is_active)
    )


def _parts(analysis: dict[str, Any]) -> list[tuple[str, float, float]]:
    found = analysis.get("quality", {}).get("parts", {})
    return [(name, found[name], weight) for name, weight in WEIGHTS.items() if name in found]


def _spoken(found: list[Any]) -> str:
    moments = [
        f"{one['start']:.1f} to {one['end']:.1f}" if isinstance(one, dict) else f"{one:.1f}"
        for one in found
    ]
    return f"{', '.join(moments)} s"
