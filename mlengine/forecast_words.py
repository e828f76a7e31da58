"""What moves a draft's forecast and what would raise it, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def suggestion_told(suggestion: dict[str, Any]) -> dict[str, Any]:
    """Return the suggestion with a `message` that says it."""
    value = suggestion["value"]
    what = {
        "publish_hour": f"Publish at about {value}:00 UTC",
        "length": f"Write about {value} characters",
        "hashtag": f"Add #{value}",
        "kind": "Make it a video",
        "category": f"Put it in {value}",
    }[suggestion["change"]]
    more = f"posts like that get {suggestion['lift']:.0%} more likes here"
    return {**suggestion, "message": f"{what}: {more}."}


def driver_told(driver: dict[str, Any]) -> dict[str, Any]:
    """Return the driver with a `text` that says it.

    >>> driver_told({"feature": "hashtags", "value": ["live"], "effect": 1.4})["text"]
    'With #live a draft like this gets 40% more likes than it usually would.'
    >>> driver_told({"feature": "link", "value": False, "effect": 0.8})["text"]
    'Without a link a draft like this gets 20% fewer likes than it usually would.'
    """
    by = driver["effect"] - 1.0
    gets = f"{abs(by):.0%} {'more' if by > 0 else 'fewer'} likes"
    what = _TOLD[driver["feature"]](driver["value"])
    return {**driver, "text": f"{what} a draft like this gets {gets} than it usually would."}


def _author(likes: float | None) -> str:
    return f"From an author with {'no posts' if likes is None else f'about {likes:g} likes a post'}"


def _hashtags(names: list[str]) -> str:
    return f"With {' '.join(f'#{name}' for name in names)}" if names else "Without hashtags"


def _mark(what: str) -> Callable[[bool], str]:
    return lambda has: f"{'With' if has else 'Without'} {what}"


_TOLD: dict[str, Callable[[Any], str]] = {
    "author": _author,
    "category": lambda name: f"In {name}" if name else "Without a category",
    "hashtags": _hashtags,
    "length": lambda count: f"With {count} characters",
    "kind": lambda kind: f"As a {kind}",
    "hour": lambda hour: f"At about {hour}:00 UTC",
    "weekday": lambda day: f"On a {day}",
    "question": _mark("a question mark"),
    "exclamation": _mark("an exclamation mark"),
    "link": _mark("a link"),
    "capitals": lambda share: f"With {share:.0%} of the letters in capitals",
}
