"""How posts did in the whole log, up to any midnight of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import F
from numpy.typing import NDArray

from analytics.models import Event
from analytics.selectors.weights import Seconds
from mlengine.datasets.shown import OUTCOMES, Tallies

_DAY = 86_400.0
# What says that a post was on the screen.
SEEN = (Event.Kind.IMPRESSION, Event.Kind.VIEWED, Event.Kind.SKIPPED)
# What came of it, by its place among OUTCOMES.
COLUMN = {
    Event.Kind.VIEWED: OUTCOMES.index("watch"),
    Event.Kind.LIKED: OUTCOMES.index("like"),
    Event.Kind.COMMENTED: OUTCOMES.index("comment"),
    Event.Kind.SHARED: OUTCOMES.index("share"),
    Event.Kind.SKIPPED: OUTCOMES.index("skip"),
    Event.Kind.REPORTED: OUTCOMES.index("report"),
}
_SHOWING = 0

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LogCounted:
    """What Tallies count, one element each, in order of time."""

    posts: NDArray[np.int64]
    authors: NDArray[np.int64]
    columns: NDArray[np.int64]
    at: Vector

    def whole(self) -> Tallies:
        """Return the tallies of all of it."""
        found = self._empty()
        found.add(self.posts, self.authors, self.columns)
        return found

    def as_of_midnights(
        self, moments: Vector, posts: NDArray[np.int64], authors: NDArray[np.int64]
    ) -> dict[str, Vector]:
        """Return features of posts and authors as of the UTC midnight before each moment."""
        tallies, taken = self._empty(), 0
        days = np.floor(moments / _DAY)
        found: dict[str, Vector] = {}
        for day in np.unique(days):
            end = int(np.searchsorted(self.at, day * _DAY))
            some = slice(taken, end)
            tallies.add(self.posts[some], self.authors[some], self.columns[some])
            taken = end
            rows = np.flatnonzero(days == day)
            described = tallies.describe(posts[rows], authors[rows], tallies.usual())
            for name, values in described.items():
                found.setdefault(name, np.zeros(len(moments)))[rows] = values
        return found

    def _empty(self) -> Tallies:
        return Tallies.empty(np.unique(self.posts), np.unique(self.authors))


def log_counted(*, until: datetime) -> LogCounted:
    """Return what others did with posts before `until`. One streamed query."""
    rows = (
        Event.objects.filter(
            kind__in=list({*SEEN, *COLUMN}),
            occurred_at__lt=until,
            post_id__isnull=False,
            target_id__isnull=False,
        )
        .exclude(actor_id=F("target_id"))
        .order_by()
        .values_list("post_id", "target_id", "kind", Seconds("occurred_at"))
    )
    kinds = list(Event.Kind)
    code = {kind.value: number for number, kind in enumerate(kinds)}
    table = np.fromiter(
        (
            (post, author, code[kind], at)
            for post, author, kind, at in rows.iterator(chunk_size=50_000)
        ),
        dtype=[("post", "i8"), ("author", "i8"), ("kind", "i8"), ("at", "f8")],
    )
    is_shown = np.isin(table["kind"], [code[kind] for kind in SEEN])
    column = np.array([1 + COLUMN.get(kind, -1) for kind in kinds])[table["kind"]]
    has_come = column > 0
    columns = np.concatenate([np.full(int(is_shown.sum()), _SHOWING), column[has_come]])
    parts = {
        name: np.concatenate([table[name][is_shown], table[name][has_come]])
        for name in ("post", "author", "at")
    }
    order = np.argsort(parts["at"], kind="stable")
    return LogCounted(
        parts["post"][order], parts["author"][order], columns[order], parts["at"][order]
    )
