"""The forecast of a draft's engagement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from analytics.models import Event
from mlengine.estimators.outlook import TARGETS, Draft, Outlook, Ranges
from mlengine.estimators.outlook_fitting import outlook_fit
from mlengine.metrics.forecasting import interval_coverage, interval_width, mae_log, spearman
from mlengine.pipelines.base import Judged, Pipeline, Split
from mlengine.pipelines.grown import acts_on, held_out_place, known_at, posts_grown

_KINDS = {
    Event.Kind.VIEWED: "views",
    Event.Kind.LIKED: "likes",
    Event.Kind.COMMENTED: "comments",
    Event.Kind.SHARED: "shares",
}
_LIKES = TARGETS.index("likes")
# In seconds.
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Posts in order of publication, and their counts.

    `counts` are those after seven days, `first_day` those after one, both of shape (n_posts, 4).
    """

    drafts: list[Draft]
    counts: NDArray[np.float64]
    first_day: NDArray[np.float64]

    def part(self, start: int, stop: int | None) -> Outcomes:
        part = slice(start, stop)
        return Outcomes(self.drafts[part], self.counts[part], self.first_day[part])


class EngagementForecast(Pipeline):
    """Quantile forests over a draft and its like's past; judged by the order of later posts."""

    name = "engagement"
    measure = "spearman of likes"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[Outcomes]:
        published, drafts, newest = posts_grown(until=until)
        whole = Outcomes(drafts, *_counts(published))
        place = held_out_place(drafts, unseen_since=unseen_since)
        cut = drafts[place].publish_at
        known = known_at(drafts, cut)
        return Split(whole.part(0, known), whole.part(place, None), whole, cut, newest)

    def fit(self, data: Outcomes) -> Outlook:
        return outlook_fit(data.drafts, data.counts, data.first_day)

    def evaluate(self, model: Outlook, split: Split[Outcomes]) -> Judged:
        held_out = split.held_out
        week, day = model.predict_both(held_out.drafts)
        metrics = {"posts": len(held_out.drafts), **_figures(week, held_out.counts)}
        if day is not None:
            first = _figures(day, held_out.first_day)
            metrics |= {f"first_day_{name}": value for name, value in first.items()}
        return Judged(metrics["likes_spearman"], metrics)

    def baseline(self, split: Split[Outcomes]) -> Judged:
        """Judge the author's median, the community's for authors without posts."""
        past = defaultdict(list)
        likes = split.train.counts[:, _LIKES]
        for draft, count in zip(split.train.drafts, likes.tolist(), strict=True):
            past[draft.author_id].append(count)
        medians = {author: float(np.median(counts)) for author, counts in past.items()}
        usual = float(np.median(likes))
        forecast = [medians.get(draft.author_id, usual) for draft in split.held_out.drafts]
        truth = split.held_out.counts[:, _LIKES]
        found = round(spearman(truth, forecast), 6)
        error = round(mae_log(truth, forecast), 6)
        return Judged(found, {"likes_spearman": found, "likes_mae_log": error})

    def restore(self, file: BinaryIO) -> Outlook:
        return Outlook.load(file)


def _figures(predicted: Sequence[Ranges], counts: NDArray[np.float64]) -> dict[str, float]:
    """Return how good the forecasts of each target are, by what came of them."""
    figures: dict[str, float] = {}
    for column, name in enumerate(TARGETS):
        truth = counts[:, column]
        low, middle, high = (
            [one[name][part] for one in predicted] for part in ("low", "expected", "high")
        )
        figures |= {
            f"{name}_spearman": round(spearman(truth, middle), 6),
            f"{name}_mae_log": round(mae_log(truth, middle), 6),
            f"{name}_coverage_90": round(interval_coverage(truth, low, high), 6),
            f"{name}_interval_width": round(interval_width(low, high), 6),
        }
    return figures


def _counts(published: dict[int, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what others did with each post in its seven days, and in the first of them."""
    counts, first_day = np.zeros((2, len(published), len(TARGETS)))
    column = {kind: TARGETS.index(name) for kind, name in _KINDS.items()}
    for place, kind, age in acts_on(published, kinds=list(_KINDS)):
        counts[place, column[Event.Kind(kind)]] += 1
        if age <= _DAY:
            first_day[place, column[Event.Kind(kind)]] += 1
    return counts, first_day
