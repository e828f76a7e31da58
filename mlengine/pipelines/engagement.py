"""The forecast of a draft's engagement."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from analytics.models import Event
from analytics.selectors.history import log_span
from analytics.selectors.weights import Seconds
from mlengine.errors import TooLittleData
from mlengine.estimators.outlook import HORIZON_DAYS, TARGETS, Draft, Outlook
from mlengine.estimators.outlook_fitting import outlook_fit
from mlengine.metrics.forecasting import interval_coverage, interval_width, mae_log, spearman
from mlengine.pipelines.base import Judged, Pipeline, Split
from posts.models import Post

HORIZON = timedelta(days=HORIZON_DAYS)
# Newest posts learned from at most: tastes change, and fitting them takes half a minute.
LARGEST = 5_000
LEAST_POSTS = 100
LEAST_HELD_OUT = 30
HELD_OUT_SHARE = 0.2
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
        span = log_span()
        if span is None:
            raise TooLittleData("The log is empty.")
        newest = min(until, span[1])
        whole = _outcomes(grown_up=newest - HORIZON)
        if len(whole.drafts) < LEAST_POSTS:
            raise TooLittleData(
                f"{len(whole.drafts)} posts are {HORIZON_DAYS} days old; {LEAST_POSTS} are needed."
            )
        place = round(len(whole.drafts) * (1 - HELD_OUT_SHARE))
        if unseen_since is not None:
            seen = sum(draft.publish_at <= unseen_since - HORIZON for draft in whole.drafts)
            place = max(place, seen)
        if len(whole.drafts) - place < LEAST_HELD_OUT:
            raise TooLittleData(
                f"{len(whole.drafts) - place} posts came of age since the live version learned;"
                f" it takes {LEAST_HELD_OUT} to compare models."
            )
        cut = whole.drafts[place].publish_at
        # At the cut nobody knew yet how the week before it would end.
        known = sum(draft.publish_at <= cut - HORIZON for draft in whole.drafts)
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


def _outcomes(*, grown_up: datetime) -> Outcomes:
    posts = Post.objects.published().filter(published_at__lte=grown_up).newest_first()
    columns = ("id", "author_id", "content", "kind", "category", "hashtags", "published_at")
    rows = list(posts.values_list(*columns)[:LARGEST])[::-1]
    drafts = [
        Draft.of(
            author_id=author_id,
            content=content,
            kind=kind,
            category=category,
            hashtags=hashtags,
            publish_at=published_at,
        )
        for _, author_id, content, kind, category, hashtags, published_at in rows
    ]
    published = {row[0]: (place, row[6].timestamp()) for place, row in enumerate(rows)}
    counts = np.zeros((len(rows), len(TARGETS)))
    column = {kind: TARGETS.index(name) for kind, name in _KINDS.items()}
    events = Event.objects.filter(kind__in=list(_KINDS), post_id__isnull=False)
    acts = events.values_list("post_id", "kind", "actor_id", "target_id", Seconds("occurred_at"))
    for post_id, kind, actor_id, author_id, seconds in acts.iterator(chunk_size=50_000):
        place, since = published.get(post_id or 0, (-1, 0.0))
        if place >= 0 and actor_id != author_id and seconds - since <= HORIZON.total_seconds():
            counts[place, column[Event.Kind(kind)]] += 1
    return Outcomes(drafts, counts)
