"""Texts of one task made ready to train on: cut into pieces, weighed, and drawn in batches."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mlengine.datasets.text_sources import TextTask
from mlengine.estimators.encoder.opinions import Opinions
from mlengine.estimators.encoder.pieces import CutsTexts
from mlengine.estimators.text_training import balanced, to_learn_from

BATCH = 32
# Batches are of texts of like length, drawn from so many at a time.
_POOL = 50 * BATCH
# A rare label must not pull harder than this.
_HEAVIEST = 5.0
_PIECES = 96
# How much less the labels of a source's language count than its others. Of UMSAB's Hindi, the
# labels follow words of praise and blame a third as closely as those of its English do.
_TRUST = {("tweets-8", "hi"): 1 / 3}

# How much what a teacher says counts, a task at a time: most of its texts are of no one emotion.
_HEARD = {"sentiment": 1.0, "emotion": 0.5}

# How often the texts of a task's source are gone through.
Passes = Mapping[tuple[str, str], float]


class Learnable(Protocol):
    """Texts to draw batches of."""

    name: str
    ids: list[list[int]]
    places: dict[str, list[int]]

    def loss(self, logits: Mapping[str, Tensor], chosen: list[int]) -> Tensor: ...


@dataclass(slots=True)
class Lesson:
    """Texts of one task, cut into pieces, with what is known of their labels.

    Attributes
    ----------
    targets : float32, shape (n_texts, n_labels)
        1 where the label holds, 0 where it does not, NaN where nobody said.
    weights : float32, shape (n_texts, n_labels)
    places : dict of str to list of int
        Which texts are of each source.
    """

    name: str
    exclusive: bool
    ids: list[list[int]]
    targets: Tensor
    weights: Tensor
    places: dict[str, list[int]]

    @classmethod
    def of(cls, name: str, task: TextTask, pieces: CutsTexts, *, exclusive: bool) -> Lesson:
        """Take the texts of the task that neither judge nor tune."""
        kept = np.flatnonzero(to_learn_from(task))
        sources = np.array(task.sources)[kept]
        targets = task.targets[kept].astype(np.float64)
        weights = np.zeros(targets.shape)
        places = {}
        for source in np.unique(sources):
            mine = np.flatnonzero(sources == source)
            weights[mine] = balanced(targets[mine], sources[mine], classes=exclusive)
            places[str(source)] = mine.tolist()
        trust = [_TRUST.get((task.sources[at], task.languages[at]), 1.0) for at in kept]
        weights = weights.clip(max=_HEAVIEST) * np.array(trust)[:, None]
        return cls(
            name,
            exclusive,
            [pieces.ids(task.texts[at])[:_PIECES] for at in kept],
            torch.tensor(targets, dtype=torch.float32),
            torch.tensor(weights, dtype=torch.float32),
            places,
        )

    def loss(self, logits: Mapping[str, Tensor], chosen: list[int]) -> Tensor:
        """Return how far the chosen texts' logits, shape (n_texts, n_labels) a task, are off."""
        mine = logits[self.name]
        targets, weights = self.targets[chosen], self.weights[chosen]
        if self.exclusive:
            each = functional.cross_entropy(mine, targets.argmax(1), reduction="none")
            return (each * weights[:, 0]).mean()
        known = ~targets.isnan()
        each = functional.binary_cross_entropy_with_logits(
            mine, targets.nan_to_num(), weights, reduction="none"
        )
        return (each * known).sum() / known.sum().clamp(min=1) * targets.shape[1] / 2

    def disagreement(self, one: Tensor, other: Tensor) -> Tensor:
        """Return how far apart two readings of the same texts are (Liang et al. 2021).

        The mean of both Kullback-Leibler divergences, of logits of shape (n_texts, n_labels).
        """
        if self.exclusive:
            apart = one.softmax(1) - other.softmax(1)
            ratio = one.log_softmax(1) - other.log_softmax(1)
        else:
            apart, ratio = one.sigmoid() - other.sigmoid(), one - other
        return (apart * ratio).sum(1).mean() / 2


@dataclass(slots=True)
class Taught:
    """Texts with what a teacher says of each, in several tasks at once.

    Attributes
    ----------
    chances : dict of str to float32, shape (n_texts, n_labels)
        Of each task's labels; they add up to 1.
    """

    name: str
    ids: list[list[int]]
    chances: dict[str, Tensor]
    places: dict[str, list[int]]

    @classmethod
    def of(cls, opinions: Opinions, pieces: CutsTexts) -> Taught:
        return cls(
            "opinions",
            [pieces.ids(text)[:_PIECES] for text in opinions.texts],
            {name: torch.tensor(rows) for name, rows in opinions.chances.items()},
            {"teacher": list(range(len(opinions.texts)))},
        )

    def loss(self, logits: Mapping[str, Tensor], chosen: list[int]) -> Tensor:
        """Return how far the chosen texts' logits are from what the teacher says."""
        apart = [
            _HEARD[name] * functional.cross_entropy(logits[name], rows[chosen])
            for name, rows in self.chances.items()
        ]
        return torch.stack(apart).sum()


def batches_of(
    lessons: Sequence[Learnable], passes: Passes, chance: random.Random
) -> list[tuple[Learnable, list[int]]]:
    """Return batches of the texts of one lesson each, in the order to learn from them."""
    orders = [_order(lesson, passes, chance) for lesson in lessons]
    found: list[tuple[Learnable, list[int]]] = []
    for lesson, order in zip(lessons, orders, strict=True):
        chance.shuffle(order)
        for start in range(0, len(order), _POOL):
            pool = sorted(order[start : start + _POOL], key=lambda at: len(lesson.ids[at]))
            found.extend((lesson, pool[at : at + BATCH]) for at in range(0, len(pool), BATCH))
    chance.shuffle(found)
    return found


def _order(lesson: Learnable, passes: Passes, chance: random.Random) -> list[int]:
    """Return the places of the texts to go through, each source's as often as it is asked for."""
    order: list[int] = []
    for source, places in lesson.places.items():
        times = passes.get((lesson.name, source), 0.0)
        order.extend(places * int(times))
        order.extend(chance.sample(places, int((times % 1) * len(places))))
    return order
