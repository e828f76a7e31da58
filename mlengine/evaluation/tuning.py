"""Choosing a recommender's hyper-parameters and a blend's weights on held-out choices."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from mlengine.datasets import Interactions, Items
from mlengine.errors import TooLittleData
from mlengine.estimators import (
    Blend,
    ContentSimilarity,
    ContentVectors,
    GraphFilter,
    ItemNeighbours,
    ItemRegression,
    MatrixFactorisation,
    Popularity,
    Recommender,
    SequenceRegression,
    Transitions,
)
from mlengine.evaluation.heads import Heads, heads_of
from mlengine.evaluation.judging import Examination, figures

logger = logging.getLogger(__name__)

Settings = dict[str, Any]

_DECAYS = (1.0, 0.85, 0.7, 0.5)
# After this long no other settings of a kind are tried: where the data is large, a longer search
# gains less than it costs.
SECONDS_A_KIND = 45.0

# Settings are tried one name at a time, each from the best so far; the first values are where
# the search starts. The ranges are those of the papers each estimator names.
GRIDS: dict[type[Recommender], dict[str, Sequence[Any]]] = {
    ItemNeighbours: {
        "user_damping": (0.5, 0.0, 1.0),
        "popularity_damping": (0.4, 0.1, 0.2, 0.3, 0.5),
        "shrinkage": (1.0, 0.0, 5.0, 20.0, 60.0),
        "decay": _DECAYS,
        "neighbours": (200, 50, 800),
    },
    ItemRegression: {
        "negative": (0.0, 1.0),
        "ridge": (2.0, 8.0, 4.0),
        "user_damping": (0.25, 0.0, 0.5),
        "decay": _DECAYS,
        "neighbours": (50, 100, 200),
    },
    GraphFilter: {
        "power": (1.0, 2.0, 0.0, 3.0),
        "rank": (256, 1024, 512),
        "popularity_damping": (0.3, 0.5),
        "user_damping": (0.5, 0.7),
        "decay": _DECAYS,
    },
    MatrixFactorisation: {
        "unobserved": (0.1, 0.3, 0.03),
        "ridge": (0.003, 0.01, 0.03),
        "factors": (64, 128),
        "decay": _DECAYS,
    },
    Transitions: {
        "popularity_damping": (0.4, 0.1, 0.2, 0.3, 0.5),
        "shrinkage": (3.0, 0.5, 10.0, 30.0),
        "decay": (0.7, 0.5, 0.85),
        "backward": (0.3, 0.0, 0.6),
        "window": (5, 10),
        "recency": (1.0, 0.0, 0.5, 1.5),
    },
    SequenceRegression: {
        "ridge": (16.0, 4.0),
        "decay": (0.8, 0.6, 0.9),
        "recency": (1.0, 0.0, 0.5, 1.5),
        "neighbours": (50, 100),
    },
    ContentSimilarity: {"maximum_share": (0.2, 0.05), "decay": (0.9, 0.7, 1.0)},
    ContentVectors: {"neighbours": (10, 40), "decay": _DECAYS},
    Popularity: {"half_life_days": (0.0, 30.0, 7.0)},
}

# Weights tried for each source beside the strongest, whose weight is 1.
_WEIGHTS = (0.0, 0.03, 0.1, 0.2, 0.35, 0.6, 1.0)
# Popularity never goes below this, so that nobody's list ends early.
_LEAST_POPULARITY = 0.001


@dataclass
class Search:
    """A hunt for the best settings on one examination, and the record of what was tried."""

    train: Interactions
    exam: Examination
    k: int
    items: Items | None = None
    tried: list[dict[str, Any]] = field(default_factory=list)
    # NDCG of the weighed blend, and of what is left of it without each of its sources.
    ablation: dict[str, float] = field(default_factory=dict)

    def best_of(self, kind: type[Recommender]) -> tuple[Recommender, float] | None:
        """Return the fitted model of that kind with the best NDCG, and the NDCG.

        None if the data holds nothing for it to learn from. The first settings are tried always,
        others while SECONDS_A_KIND last.
        """
        best: tuple[Recommender, float] | None = None
        until = time.perf_counter() + SECONDS_A_KIND
        settings: Settings = {name: values[0] for name, values in GRIDS[kind].items()}
        for settings_tried in self._walk(kind, settings):
            if best and time.perf_counter() > until:
                logger.info("%s: the time for its search is over", kind.kind)
                break
            try:
                model, ndcg = self._try(kind, settings_tried, best[0] if best else None)
            except TooLittleData as error:
                logger.info("%s left out: %s", kind.kind, error)
                return None
            if best is None or ndcg > best[1]:
                best = model, ndcg
                settings.update(settings_tried)
        return best

    def weights(self, models: Mapping[str, tuple[Recommender, float]]) -> dict[str, float]:
        """Return weights of a blend of fitted models, given with their NDCG.

        The strongest weighs 1; the others, strongest first, take the weight that helps most.
        """
        sources = {name: model for name, (model, _) in models.items()}
        order = sorted(models, key=lambda name: -models[name][1])
        weights = dict.fromkeys(order, 0.0) | {order[0]: 1.0}
        if "popularity" in weights:
            weights["popularity"] = max(weights["popularity"], _LEAST_POPULARITY)
        heads = heads_of(Blend(sources, dict.fromkeys(order, 1.0)), self.exam, k=self.k)
        for name in order[1:] * 2:
            tried = {weight: self._ndcg(heads, weights | {name: weight}) for weight in _WEIGHTS}
            weights[name] = max(tried, key=lambda weight: tried[weight])
            if name == "popularity":
                weights[name] = max(weights[name], _LEAST_POPULARITY)
            logger.debug("blend: %s at %g, ndcg %.4f", name, weights[name], max(tried.values()))
        self.ablation = {"blend": self._ndcg(heads, weights)} | {
            f"without {name}": self._ndcg(heads, weights | {name: 0.0})
            for name, weight in weights.items()
            if weight
        }
        return weights

    def _ndcg(self, heads: Heads, weights: Mapping[str, float]) -> float:
        return round(self.exam.report(heads.best(weights, k=self.k)).ndcg, 6)

    def _walk(self, kind: type[Recommender], settings: Settings) -> Iterator[Settings]:
        # `settings` is updated by the caller with each improvement, so later names start there.
        yield dict(settings)
        for name, values in GRIDS[kind].items():
            if not self._can_matter(name):
                continue
            for value in values[1:]:
                yield {**settings, name: value}

    def _can_matter(self, name: str) -> bool:
        if name == "half_life_days":
            return self.train.at is not None
        return name != "decay" or self.train.is_ordered

    def _try(
        self, kind: type[Recommender], settings: Settings, best: Recommender | None
    ) -> tuple[Recommender, float]:
        started = time.perf_counter()
        model = _refaded(best, settings) or kind(**settings).fit(self.train, items=self.items)
        seconds = time.perf_counter() - started
        ids, _ = model.score_users(self.exam.people(model.item_ids_), k=self.k)
        report = self.exam.report(ids)
        self.tried.append(
            {
                "model": kind.kind,
                "settings": settings,
                "fit_seconds": round(seconds, 2),
                **figures(report),
            }
        )
        logger.info("%s %s: ndcg %.4f, %.1f s", kind.kind, settings, report.ndcg, seconds)
        return model, report.ndcg


def _refaded(best: Recommender | None, settings: Settings) -> Recommender | None:
    """Return `best` with another decay, where that is all that differs and fit does not read it."""
    if best is None or isinstance(best, Transitions | SequenceRegression):
        return None
    differing = {name for name, value in settings.items() if best.settings()[name] != value}
    if differing != {"decay"}:
        return None
    model = copy(best)
    model.decay = settings["decay"]  # type: ignore[attr-defined]
    return model
