"""The feed's recommender: several sources of candidates, blended."""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import numpy as np
from django.conf import settings

from analytics.selectors.history import interactions
from mlengine.datasets import Interactions, Items
from mlengine.errors import TooLittleData
from mlengine.estimators import Blend, ContentSimilarity, Popularity, Recommender
from mlengine.evaluation.judging import Examination, figures
from mlengine.evaluation.splits import users_sampled
from mlengine.evaluation.tuning import GRIDS, Search
from mlengine.pipelines.base import Judged, Pipeline, Split
from posts.models import Post

K = 20
# The newest days are held out, but never more than this share of the choices: an imported log
# may span minutes.
HELD_OUT = timedelta(days=7)
LARGEST_SHARE = 0.2
# Fewer would make the comparison a coin toss.
LEAST_PEOPLE = 20
LEAST_CHOICES = 50
# More people make the judgement hardly surer, and only longer.
_PEOPLE_JUDGED = 4_000
# Weights are searched over sources fitted to so many people at least.
_PEOPLE_LEARNED = 5_000
# Half of the people are enough to weigh sources against each other.
_PEOPLE_WEIGHED = 1_000
# Popularity as it is and as it was lately: the better of the two is the one to beat.
_HALF_LIVES = (0.0, 7.0)


@dataclass(frozen=True, slots=True)
class FeedData:
    """Who made how much of which post, and what the posts say."""

    interactions: Interactions
    items: Items


class Feed(Pipeline):
    """Blend of the sources in SOCIALML_FEED_SOURCES; weights chosen on later choices."""

    name = "feed"
    measure = f"ndcg@{K}"

    def load(self, *, until: datetime, unseen_since: datetime | None) -> Split[FeedData]:
        columns = _columns(interactions(until=until))
        at = columns[3]
        if len(at) < LEAST_CHOICES:
            raise TooLittleData(
                f"The log holds {len(at)} choices of posts; {LEAST_CHOICES} are needed."
            )
        newest = float(at.max())
        cut = max(
            newest - HELD_OUT.total_seconds(),
            float(np.quantile(at, 1.0 - LARGEST_SHARE)),
            unseen_since.timestamp() if unseen_since else 0.0,
        )
        is_later = at > cut
        items = _items()
        train, held_out, whole = (
            FeedData(_interactions(columns, keep), items)
            for keep in (~is_later, is_later, np.ones(len(at), dtype=bool))
        )
        exam = Examination(train.interactions, held_out.interactions)
        people, choices = len(exam.user_ids), int(exam.wanted.sum())
        if people < LEAST_PEOPLE or choices < LEAST_CHOICES:
            since = "since the live version learned" if unseen_since else "in the newest days"
            raise TooLittleData(
                f"{people} accounts chose {choices} posts that were new to them {since}; it takes"
                f" {LEAST_PEOPLE} accounts and {LEAST_CHOICES} posts to compare models."
            )
        return Split(train, held_out, whole, _moment(cut), _moment(newest))

    def fit(self, data: FeedData) -> Blend:
        """Weigh the sources on the newest tenth, and fit what weighs anything to all of it."""
        inner, later = _newest_apart(data.interactions)
        exam = Examination(inner, users_sampled(later, count=_PEOPLE_WEIGHED))
        weights: dict[str, float] = {}
        if len(exam.user_ids):
            # What weighs well for half of a large log weighs well for all of it.
            half = users_sampled(inner, count=max(len(inner.user_ids) // 2, _PEOPLE_LEARNED))
            sources = _fitted(half, data.items)
            judged = {name: (model, _ndcg(model, exam)) for name, model in sources.items()}
            weights = Search(inner, exam, K, data.items).weights(judged)
        return _blend(_fitted(data.interactions, data.items, _kept(weights)), weights)

    def refit(self, model: Blend, data: FeedData) -> Blend:
        """Fit every source again, keeping the weights."""
        return _blend(_fitted(data.interactions, data.items, _kept(model.weights)), model.weights)

    def evaluate(self, model: Blend, split: Split[FeedData]) -> Judged:
        exam = _exam(split)
        ids, _, _ = model.score_users(exam.people(model.item_ids_), k=K)
        report = exam.report(ids)
        weights = {f"weight_{name}": weight for name, weight in model.weights.items()}
        figured = {**figures(report), "people": report.users, **weights}
        return Judged(report.ndcg, figured, exam.ndcg(ids))

    def baseline(self, split: Split[FeedData]) -> Judged:
        exam = _exam(split)
        judged = []
        for half_life in _HALF_LIVES:
            model = Popularity(half_life_days=half_life).fit(split.train.interactions)
            ids, _ = model.score_users(exam.people(model.item_ids_), k=K)
            report = exam.report(ids)
            figured = {**figures(report), "half_life_days": half_life}
            judged.append(Judged(report.ndcg, figured, exam.ndcg(ids)))
        return max(judged, key=lambda one: one.score)

    def restore(self, file: BinaryIO) -> Blend:
        return Blend.load(file)


def _columns(rows: Iterable[tuple[int, int, float, float]]) -> tuple[Any, Any, Any, Any]:
    users, posts, weights, at = array("q"), array("q"), array("d"), array("d")
    for user, post, weight, seconds in rows:
        users.append(user)
        posts.append(post)
        weights.append(weight)
        at.append(seconds)
    return np.array(users), np.array(posts), np.array(weights), np.array(at)


def _interactions(columns: tuple[Any, Any, Any, Any], keep: Any) -> Interactions:
    users, posts, weights, at = (column[keep] for column in columns)
    return Interactions.from_arrays(users, posts, weights, at=at)


def _items() -> Items:
    texts: dict[int, str] = {}
    categories: dict[int, str] = {}
    rows = Post.objects.published().values_list("id", "content", "hashtags", "category")
    for post_id, content, hashtags, category in rows.iterator(chunk_size=10_000):
        # Hashtags of the content are in it already, but those given beside it are not.
        beside = " ".join(f"#{name}" for name in hashtags)
        texts[post_id], categories[post_id] = f"{content} {beside}", category
    return Items.from_texts(texts, categories)


def _newest_apart(whole: Interactions) -> tuple[Interactions, Interactions]:
    assert whole.at is not None
    is_later = whole.at > np.quantile(whole.at, 0.9)
    return whole.where(~is_later), whole.where(is_later)


def _fitted(
    data: Interactions, items: Items, names: Container[str] | None = None
) -> dict[str, Recommender]:
    """Return the sources that the data is enough for, all of the settings' or the named alone."""
    found: dict[str, Recommender] = {}
    for kind, grid in GRIDS.items():
        if kind.kind not in (settings.SOCIALML_FEED_SOURCES if names is None else names):
            continue
        # Where a search for settings would start: a day's change moves the best ones little.
        first = {name: values[0] for name, values in grid.items()}
        try:
            found[kind.kind] = kind(**first).fit(data, items=items)
        except TooLittleData:
            # Nothing to learn from for this one, such as posts without words.
            continue
    return found


def _kept(weights: Mapping[str, float]) -> set[str] | None:
    """Return the names of the sources a blend of these weights holds; None where none was weighed.

    Words are kept even where they rank nobody's feed: what a new post is like, they alone tell.
    """
    weighty = {name for name, weight in weights.items() if weight}
    return weighty | {ContentSimilarity.kind} if weighty else None


def _blend(sources: dict[str, Recommender], weights: Mapping[str, float]) -> Blend:
    known = {name: weights.get(name, 0.0) for name in sources}
    return Blend(sources, known if any(known.values()) else dict.fromkeys(sources, 1.0))


def _exam(split: Split[FeedData]) -> Examination:
    held_out = users_sampled(split.held_out.interactions, count=_PEOPLE_JUDGED)
    return Examination(split.train.interactions, held_out)


def _ndcg(model: Recommender, exam: Examination) -> float:
    ids, _ = model.score_users(exam.people(model.item_ids_), k=K)
    return exam.report(ids).ndcg


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
