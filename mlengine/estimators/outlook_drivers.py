"""What in a draft moves the likes that it may expect."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlengine.estimators.outlook import GROUPS, TARGETS, Draft, Outlook
from mlengine.estimators.outlook_changes import LEAST_LIFT

_MOST_DRIVERS = 5
_LIKES = TARGETS.index("likes")


def drivers(outlook: Outlook, draft: Draft) -> list[dict[str, Any]]:
    """Return at most five things in the draft that move its expected likes, the strongest first.

    `effect` is what 1 + likes is multiplied by against drafts that are the same but for this one
    thing, which is as the community usually has it: the mean of log(1 + likes) over its `usual`
    drafts, each lending its own. By the same forest as the forecast.
    """
    if outlook.usual is None or not len(outlook.usual):
        return []
    (row,) = outlook.rows([draft])
    lent = np.tile(row, (len(GROUPS), len(outlook.usual), 1))
    for place, columns in enumerate(GROUPS.values()):
        lent[place][:, columns] = outlook.usual[:, columns]
    middle = outlook.forecasts["likes"].middle
    asked = np.vstack([row, lent.reshape(-1, len(row))])
    logs = np.maximum(middle.predict(asked)[:, 0], 0.0)
    moved = logs[0] - logs[1:].reshape(len(GROUPS), -1).mean(axis=1)
    effects = dict(zip(GROUPS, moved.tolist(), strict=True))
    values = _values(outlook, draft)
    strongest = sorted(effects, key=lambda name: (-abs(effects[name]), name))[:_MOST_DRIVERS]
    return [
        {"feature": name, "value": values[name], "effect": round(float(np.exp(effects[name])), 3)}
        for name in strongest
        if abs(effects[name]) >= np.log1p(LEAST_LIFT)
    ]


def _values(outlook: Outlook, draft: Draft) -> dict[str, Any]:
    author, authors = str(draft.author_id), outlook.means["author"]
    likes = np.expm1(authors.of(author, outlook.overall)[_LIKES])
    question, exclamation, link, capitals = draft.marks
    return {
        "author": round(float(likes), 1) if author in authors.sums else None,
        "category": draft.category,
        "hashtags": list(draft.hashtags),
        "length": draft.length,
        "kind": draft.kind,
        "hour": draft.publish_at.hour,
        "weekday": f"{draft.publish_at:%A}",
        "question": bool(question),
        "exclamation": bool(exclamation),
        "link": bool(link),
        "capitals": round(capitals, 2),
    }
