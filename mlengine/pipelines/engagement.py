"""The forecast of a draft's engagement."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from analytics.models import Event
from mlengine.estimators.outlook import TARGETS, Draft, Outlook
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


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Posts in order of publication, and their counts after seven days, shape (n_posts, 4)."""

    drafts: list[Draft]
    counts: NDArray[np.float64]

    def part(self, start: int, stop: int | None) -> Outcomes:
        return Outcomes(self.drafts[start:stop], self.counts[start:stop])


class EngagementForecast(Pipeline):
    """Quantile forests over a draft and its like's past; judged by the order of later posts."""

    name = "engagement"
    measure = "spearman of likes"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[Outcomes]:
        published, drafts, newest = posts_grown(until=until)
        whole = Outcomes(drafts, _counts(published))
        place = held_out_place(drafts, unseen_since=unseen_since)
        cut = drafts[place].publish_at
        known = known_at(drafts, cut)
        return Split(whole.part(0, known), whole.part(place, None), whole, cut, newest)

    def fit(self, data: Outcomes) -> Outlook:
        return outlook_fit(data.drafts, data.counts)

    def evaluate(self, model: Outlook, split: Split[Outcomes]) -> Judged:
        held_out = split.held_out
        predicted = model.predict(held_out.drafts)
        metrics: dict[str, float] = {"posts": len(held_out.drafts)}
        for column, name in enumerate(TARGETS):
            truth = held_out.counts[:, column]
            low, middle, high = (
                [one[name][part] for one in predicted] for part in ("low", "expected", "high")
            )
            metrics |= {
                f"{name}_spearman": round(spearman(truth, middle), 6),
                f"{name}_mae_log": round(mae_log(truth, middle), 6),
                f"{name}_coverage_90": round(interval_coverage(truth, low, high), 6),
                f"{name}_interval_width": round(interval_width(low, high), 6),
            }
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


def _counts(published: dict[int, float]) -> NDArray[np.float64]:
    counts = np.zeros((len(published), len(TARGETS)))
    column = {kind: TARGETS.index(name) for kind, name in _KINDS.items()}
    for place, kind, _ in acts_on(published, kinds=list(_KINDS)):
        counts[place, column[Event.Kind(kind)]] += 1
    return counts
