"""The tables that can be saved: what each is made of, its columns, and its rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from analytics.selectors.counts import figures
from posts.selectors.sentiment import LABELS

Row = Mapping[str, Any]

_FIGURES = tuple(figures({}))
_QUALITIES = ("precision", "recall", "f1", "calibration_error")


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` makes its rows of what `source` answers; `of` is whose tables it is among."""

    columns: tuple[str, ...]
    rows: Callable[[Row], Iterable[Row]]
    of: Literal["all", "authors", "platform"] = "all"
    source: Literal["dashboard", "segments", "models"] = "dashboard"

    def is_in(self, scope: str) -> bool:
        return self.of == "all" or (self.of == "platform") == (scope == "platform")


def _posts(dashboard: Row) -> Iterable[Row]:
    for post in dashboard["top_posts"]:
        yield {**post, **post["period"]}


def _creators(dashboard: Row) -> Iterable[Row]:
    for creator in dashboard["top_creators"]:
        yield {**creator, **creator["author"]}


def _retention(dashboard: Row) -> Iterable[Row]:
    for cohort in dashboard["retention"]:
        for later, cell in enumerate(cohort["returned"], start=1):
            yield {
                "week": cohort["week"],
                "signed_up": cohort["accounts"],
                "weeks_later": later,
                "returned": cell["accounts"],
                "share": cell["share"],
            }


def _movement(found: Row) -> Iterable[Row]:
    names = {one["segment_id"]: one["name"] for one in found["sizes_by_day"]}
    names |= {one["id"]: one["name"] for one in found["segments"]}
    for move in found["movement"]:
        yield {
            "from_id": move["from"],
            "from": names.get(move["from"]),
            "to_id": move["to"],
            "to": names.get(move["to"]),
            "accounts": move["accounts"],
        }


def _models(found: Row) -> Iterable[Row]:
    nothing = dict.fromkeys(("measure", "score", "baseline", "drift"))
    for model in found["models"]:
        health = model["health"] or {**nothing, "quality": []}
        qualities = {ending: _quality(health["quality"], ending) for ending in _QUALITIES}
        yield {**health, **qualities, **model}


def _quality(quality: Iterable[Row], ending: str) -> float | None:
    """Return the first figure whose name ends so, as "mean_recall" does; an average is another."""
    values = (
        one["value"]
        for one in quality
        if one["name"].endswith(ending) and not one["name"].endswith(f"average_{ending}")
    )
    return next(values, None)


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "days": Table(("date", *_FIGURES), lambda found: found["by_day"]),
        "funnel": Table(
            ("step", "visits", "of_first", "of_previous"), lambda found: found["funnel"]
        ),
        "sentiment": Table(("date", *LABELS), lambda found: found["sentiment"]),
        "posts": Table(("id", "kind", "content", "published_at", *_FIGURES), _posts, "authors"),
        "creators": Table(("id", "username", *_FIGURES), _creators, "platform"),
        "categories": Table(
            ("category", *_FIGURES), lambda found: found["top_categories"], "platform"
        ),
        "actives": Table(
            ("date", "daily", "weekly", "monthly"),
            lambda found: found["active_by_day"],
            "platform",
        ),
        "retention": Table(
            ("week", "signed_up", "weeks_later", "returned", "share"), _retention, "platform"
        ),
        "moderation": Table(
            ("date", "opened", "decided"),
            lambda found: found["moderation"]["by_day"],
            "platform",
        ),
        "segments": Table(
            ("date", "segment_id", "name", "accounts"),
            lambda found: found["sizes_by_day"],
            "platform",
            "segments",
        ),
        "movement": Table(
            ("from_id", "from", "to_id", "to", "accounts"), _movement, "platform", "segments"
        ),
        "models": Table(
            (
                *("name", "version", "trained_at", "age_hours", "measure"),
                *("score", "baseline", "drift", *_QUALITIES),
            ),
            _models,
            "platform",
            "models",
        ),
    }
)
