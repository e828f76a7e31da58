"""What would raise the likes that a draft may expect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mlengine.estimators.outlook import TARGETS, Draft, Outlook

# A change that promises less than this is noise.
LEAST_LIFT = 0.05
_MOST_SUGGESTIONS = 3
_LENGTHS = (40, 100, 200, 400, 800)
# Hashtags tried on a draft: the best of those used by at least this many posts.
_TAGS_TRIED = 20
_LEAST_TAGGED = 10
_LIKES = TARGETS.index("likes")


def suggestions(outlook: Outlook, draft: Draft) -> list[dict[str, Any]]:
    """Return at most three changes that raise the expected likes, the best first.

    Each is one change to the draft and nothing else, judged by the same forests.
    """
    changes = list(_changes(outlook, draft))
    if not changes:
        return []
    rows = outlook.rows([draft, *(changed for _, _, changed in changes)])
    middle = outlook.forecasts["likes"].predict(rows).middle
    best: dict[str, dict[str, Any]] = {}
    for (name, value, _), likes in zip(changes, middle[1:].tolist(), strict=True):
        lift = (likes + 1.0) / (float(middle[0]) + 1.0) - 1.0
        if lift >= LEAST_LIFT and lift > best.get(name, {"lift": 0.0})["lift"]:
            best[name] = {
                "change": name,
                "value": value,
                "lift": round(lift, 4),
                "expected_likes": round(likes, 2),
            }
    return sorted(best.values(), key=lambda one: -one["lift"])[:_MOST_SUGGESTIONS]


def _changes(outlook: Outlook, draft: Draft) -> Iterable[tuple[str, Any, Draft]]:
    for hour in range(24):
        moment = draft.publish_at.replace(hour=hour)
        yield "publish_hour", hour, replace(draft, publish_at=moment)
    for length in _LENGTHS:
        words = max(round(length * draft.words / max(draft.length, 1)), 1)
        yield "length", length, replace(draft, length=length, words=words)
    for name in _hashtags_tried(outlook, draft):
        yield "hashtag", name, replace(draft, hashtags=(*draft.hashtags, name))
    if draft.kind != "reel":
        yield "kind", "reel", replace(draft, kind="reel")
    if not draft.category:
        for name in outlook.means["category"].sums:
            if name:
                yield "category", name, replace(draft, category=name)


def _hashtags_tried(outlook: Outlook, draft: Draft) -> list[str]:
    """Return hashtags of the draft's category and of those its own hashtags are used in."""
    table, homes = outlook.means["hashtag"], outlook.homes
    about = {draft.category, *(homes.get(name, "") for name in draft.hashtags)} - {""}
    usual = [
        name
        for name, count in table.counts.items()
        if count >= _LEAST_TAGGED and name not in draft.hashtags and homes[name] in about
    ]
    usual.sort(key=lambda name: -float(table.of(name, outlook.overall)[_LIKES]))
    return usual[:_TAGS_TRIED]
