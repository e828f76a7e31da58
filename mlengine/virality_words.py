"""Why a young post is forecast as it is, in plain words."""

from __future__ import annotations

from math import exp, expm1
from typing import Any

from mlengine.estimators.outlook import HORIZON_DAYS
from mlengine.estimators.virality import Vector, Virality

# Changes of 1 + views by less than a tenth are not worth telling.
_LEAST_EFFECT = 0.095
_MOST_DRIVERS = 3
# What is told together.
_GROUPS = {
    "views": ("views", "usual"),
    "recent": ("recent",),
    "engagements": ("engagements",),
    "expected": ("expected",),
    "author": ("author",),
    "hour": ("hour_sin", "hour_cos"),
}


def drivers_told(
    model: Virality, stage: int, row: Vector, *, is_known: bool
) -> list[dict[str, Any]]:
    """Return at most three reasons for the forecast of a post, the strongest first.

    `row` are its features. `effect` is by what 1 + views is multiplied against the mean post of
    this age; `is_known` says whether the author had a post of that age before.
    """
    added = model.contributions(stage, row)
    told = {name: sum(added[part] for part in parts) for name, parts in _GROUPS.items()}
    strongest = sorted(told.items(), key=lambda one: (-abs(one[1]), one[0]))[:_MOST_DRIVERS]
    return [
        {
            "feature": name,
            "effect": round(exp(by), 3),
            "text": _text(name, by, model, stage, row, is_known),
        }
        for name, by in strongest
        if abs(by) >= _LEAST_EFFECT
    ]


def _text(name: str, by: float, model: Virality, stage: int, row: Vector, is_known: bool) -> str:
    has, usual = model.named(row), model.mean(stage)
    age = _age(model.ages_hours[stage])
    if name == "views":
        whose, level = ("your posts", has["usual"]) if is_known else ("posts here", usual["views"])
        return f"{_times(has['views'], level)} {whose} usually have after {age}."
    if name == "recent":
        return f"{_whole(has['recent'])} of its views came in the newer half of {age}."
    if name == "engagements":
        many = f"{_whole(has[name])} likes, comments, shares and saves after {age}"
        return f"{many}; usual are {_usual(usual, name)}."
    if name == "expected":
        promised = _whole(has[name])
        return f"A draft like it may expect {promised} views; usual are {_usual(usual, name)}."
    if name == "author":
        got = f"Your posts get about {_whole(has[name])} views in {HORIZON_DAYS} days"
        return f"{got}; usual are {_usual(usual, name)}."
    return f"Posts that come out at this hour get {'more' if by > 0 else 'fewer'} views."


def _times(log: float, usual: float) -> str:
    """Say how many times the usual views these are, both as log(1 + views).

    >>> from math import log as ln
    >>> _times(ln(20), ln(10)), _times(ln(35), ln(10)), _times(ln(5), ln(10)), _times(0.0, ln(10))
    ('Twice the views', '3.5 times the views', 'Half the views', '10 % of the views')
    >>> _times(1.0, 1.0)
    'As many views as'
    """
    ratio = exp(log - usual)
    if 0.9 <= ratio <= 1.1:
        return "As many views as"
    if 1.9 <= ratio <= 2.1:
        return "Twice the views"
    if 0.45 <= ratio <= 0.55:
        return "Half the views"
    return f"{ratio:.1f} times the views" if ratio > 1 else f"{ratio * 100:.0f} % of the views"


def _age(hours: float) -> str:
    if hours > 24:
        return f"{hours / 24:g} days"
    return "an hour" if hours == 1 else f"{hours:g} hours"


def _whole(log: float) -> str:
    return f"{expm1(log):.0f}"


def _usual(usual: dict[str, float], name: str) -> str:
    return f"{expm1(usual[name]):.1f}"
