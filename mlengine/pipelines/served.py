"""Slates that are still stored, with what their accounts saw of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from analytics.models import Event
from analytics.selectors.weights import Seconds
from mlengine.datasets.shown import RANKER
from mlengine.models import Slate
from mlengine.pipelines.log_counted import SEEN

# What the ranker and the tries put into a score is no source's word.
_OWN = frozenset({RANKER, "exploration"})
# What follows later than this follows from something else.
WINDOW = timedelta(minutes=30)
# Newest showings learned from: more make the trees no better, and only slower.
LARGEST = 100_000
_SLATES_AT_ONCE = 500

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ServedSlate:
    """What of one slate was seen, each array an element a post; positions count from 0.

    `order` is that of the slate without a ranker, the greatest first: as served where none was
    live, else by what the sources gave.
    """

    id: int
    account: int
    made: float
    posts: list[int]
    seen: Vector
    positions: NDArray[np.int64]
    scores: Vector
    order: Vector
    contributions: list[dict[str, float]]

    def where(self, kept: Sequence[int]) -> ServedSlate:
        """Return it with the posts at these places alone."""
        return replace(
            self,
            posts=[self.posts[place] for place in kept],
            seen=self.seen[kept],
            positions=self.positions[kept],
            scores=self.scores[kept],
            order=self.order[kept],
            contributions=[self.contributions[place] for place in kept],
        )


def slates_served(*, until: datetime) -> list[ServedSlate]:
    """Return the slates of which anything was seen before `until`.

    Of the newest LARGEST showings those whose WINDOW was over at the log's newest event. Two
    queries, and one for every 500 slates.
    """
    seen, newest = _seen(until)
    return _slates(seen, ended=newest - WINDOW.total_seconds())


def _seen(until: datetime) -> tuple[dict[int, dict[tuple[int, int], float]], float]:
    """Return slate -> (account, post) -> when it was first seen, and the log's newest moment."""
    events = Event.objects.filter(occurred_at__lt=until)
    newest = events.order_by("-occurred_at").values_list(Seconds("occurred_at"), flat=True).first()
    rows = events.filter(
        kind__in=SEEN, slate_id__isnull=False, actor_id__isnull=False, post_id__isnull=False
    ).order_by("-id")
    found: dict[int, dict[tuple[int, int], float]] = defaultdict(dict)
    columns = rows.values_list("slate_id", "actor_id", "post_id", Seconds("occurred_at"))
    for slate, account, post, at in columns[:LARGEST]:
        known = found[slate]
        known[account, post] = min(at, known.get((account, post), at))
    return found, newest or 0.0


def _slates(
    seen: Mapping[int, Mapping[tuple[int, int], float]], *, ended: float
) -> list[ServedSlate]:
    ids = sorted(seen)
    found = []
    for start in range(0, len(ids), _SLATES_AT_ONCE):
        rows = Slate.objects.filter(
            audience=Slate.Audience.ACCOUNT, pk__in=ids[start : start + _SLATES_AT_ONCE]
        ).values_list("pk", "audience_id", "items", Seconds("computed_at"))
        for pk, account, items, made in rows:
            # A client may name any slate: what others saw of it is left out.
            own = {
                post: at
                for (actor, post), at in seen[pk].items()
                if actor == account and made <= at <= ended
            }
            slate = _slate(pk, account, made, orjson.loads(items), own)
            if slate.posts:
                found.append(slate)
    return found


def _slate(
    pk: int, account: int, made: float, items: dict[str, Any], own: Mapping[int, float]
) -> ServedSlate:
    places = [place for place, post in enumerate(items["ids"]) if post in own]
    posts = [items["ids"][place] for place in places]
    contributions = [
        dict(zip(items["sources"][place], items["contributions"][place], strict=True))
        for place in places
    ]
    is_ranked = any(RANKER in names for names in items["sources"])
    taken = [sum(one.get(name, 0.0) for name in _OWN) for one in contributions]
    positions = np.array(places, dtype=np.int64)
    scores = np.array([items["scores"][place] for place in places]) - np.array(taken)
    return ServedSlate(
        id=pk,
        account=account,
        made=made,
        posts=posts,
        seen=np.array([own[post] for post in posts]),
        positions=positions,
        scores=scores,
        order=scores if is_ranked else -positions.astype(np.float64),
        contributions=[
            {name: share for name, share in one.items() if name not in _OWN}
            for one in contributions
        ],
    )
