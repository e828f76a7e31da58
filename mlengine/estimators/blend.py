"""Several recommenders as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets import Histories
from mlengine.errors import TooLittleData
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.content import ContentSimilarity
from mlengine.estimators.content_vectors import ContentVectors
from mlengine.estimators.factorisation import MatrixFactorisation
from mlengine.estimators.graph_filter import GraphFilter
from mlengine.estimators.neighbours import ItemNeighbours
from mlengine.estimators.popularity import Popularity
from mlengine.estimators.ranking import top_k
from mlengine.estimators.recommender import CHUNK, Recommender
from mlengine.estimators.regression import ItemRegression
from mlengine.estimators.sequences import SequenceRegression
from mlengine.estimators.transitions import Transitions

# What a stored blend may hold. A new recommender is listed here and in test_every_estimator.
RECOMMENDERS: dict[str, type[Recommender]] = {
    recommender.kind: recommender
    for recommender in (
        Popularity,
        ItemNeighbours,
        ItemRegression,
        GraphFilter,
        MatrixFactorisation,
        Transitions,
        SequenceRegression,
        ContentSimilarity,
        ContentVectors,
    )
}


@dataclass(frozen=True, slots=True)
class Blended:
    """One ranked item: its score, and each source's part in it, which add up to the score."""

    item_id: int
    score: float
    parts: dict[str, float]

    @property
    def source(self) -> str:
        """Name of the source that contributed most."""
        return max(self.parts, key=lambda name: self.parts[name])


class Blend:
    """Add up the scores of several fitted recommenders, each brought to the same scale.

    A source's scores of one person are divided by their largest, so that every source speaks
    in [0, 1], and multiplied by the source's weight. Items a source does not know score 0 there.

    Parameters
    ----------
    sources : mapping of str to Recommender
        Fitted recommenders by name.
    weights : mapping of str to float
        Weight of each source; a source not named weighs 0. May be negative.

    Attributes
    ----------
    item_ids_ : ndarray of int64, shape (n_items,)
        All items any source knows, ascending.

    References
    ----------
    Max-scaled score combination (CombSUM) as in Lee (1997), doi:10.1145/258525.258587.
    """

    kind = "blend"

    def __init__(self, sources: Mapping[str, Recommender], weights: Mapping[str, float]) -> None:
        if not sources:
            raise TooLittleData("A blend needs at least one source.")
        self.weights = {name: float(weights.get(name, 0.0)) for name in sources}
        self.item_ids_ = np.unique(
            np.concatenate([source.item_ids_ for source in sources.values()])
        )
        self.sources = {name: source.over(self.item_ids_) for name, source in sources.items()}

    def predict(
        self, history: Sequence[int], *, k: int, exclude: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        """Return up to `k` (item id, score) pairs, best first, none in `history` or `exclude`."""
        return [(b.item_id, b.score) for b in self.explain(history, k=k, exclude=exclude)]

    def explain(
        self, history: Sequence[int], *, k: int, exclude: Sequence[int] = ()
    ) -> list[Blended]:
        """Return up to `k` items, best first, each with what every source contributed."""
        parts = self.parts(Histories.of_one(history, self.item_ids_))
        total = self._total(parts, 1)
        if len(exclude):
            total[0, Histories.of_one(exclude, self.item_ids_).matrix.indices] = 0.0
        best = top_k(total, k)[0]
        return [
            Blended(
                int(self.item_ids_[j]),
                float(total[0, j]),
                {name: self.weights[name] * float(part[0, j]) for name, part in parts.items()},
            )
            for j in best
            if total[0, j] > 0
        ]

    def score_users(
        self, people: Histories, *, k: int, chunk: int = CHUNK
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], dict[str, NDArray[np.float32]]]:
        """Return item ids, scores and each source's part, shapes (n_people, k), best first.

        Columns of `people` follow `item_ids_`. Lists that end early are filled with id -1,
        score 0 and parts 0.
        """
        count = people.matrix.shape[0]
        ids = np.full((count, k), -1, dtype=np.int64)
        values = np.zeros((count, k), dtype=np.float32)
        shares = {name: np.zeros((count, k), dtype=np.float32) for name in self.sources}
        for start in range(0, count, chunk):
            parts = self.parts(people.rows(start, start + chunk))
            total = self._total(parts, min(chunk, count - start))
            best = top_k(total, k)
            found = np.take_along_axis(total, best, axis=1)
            rows, width = slice(start, start + len(best)), best.shape[1]
            ids[rows, :width] = np.where(found > 0, self.item_ids_[best], -1)
            values[rows, :width] = np.maximum(found, 0.0)
            for name, part in parts.items():
                share = self.weights[name] * np.take_along_axis(part, best, axis=1)
                shares[name][rows, :width] = np.where(found > 0, share, 0.0)
        return ids, values, shares

    def save(self, file: BinaryIO) -> None:
        """Write weights and all sources as one .npz."""
        stored = {}
        for name, source in self.sources.items():
            buffer = BytesIO()
            source.save(buffer)
            stored[name] = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
        kinds = {name: source.kind for name, source in self.sources.items()}
        settings = {"weights": self.weights, "kinds": kinds}
        arrays_save(file, kind=self.kind, settings=settings, arrays=stored)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file or a source in it is damaged or of an unknown kind.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        expect({"weights", "kinds"} <= settings.keys(), "it has weights and kinds")
        kinds = settings["kinds"]
        expect(bool(kinds) and kinds.keys() == arrays.keys(), "each source is stored")
        expect(set(kinds.values()) <= RECOMMENDERS.keys(), "all kinds of source are known")
        sources = {
            name: RECOMMENDERS[kind].load(BytesIO(arrays[name].tobytes()))
            for name, kind in kinds.items()
        }
        return cls(sources, settings["weights"])

    def scores(self, people: Histories) -> NDArray[np.float32]:
        """Return dense scores, shape (n_people, n_items), 0 where an item was already met."""
        return self._total(self.parts(people), people.matrix.shape[0])

    def parts(self, people: Histories) -> dict[str, NDArray[np.float32]]:
        """Return each weighty source's scores in [0, 1], shape (n_people, n_items)."""
        return {
            name: _scaled(source.scores(people))
            for name, source in self.sources.items()
            if self.weights[name]
        }

    def _total(self, parts: Mapping[str, NDArray[np.float32]], rows: int) -> NDArray[np.float32]:
        total = np.zeros((rows, len(self.item_ids_)), dtype=np.float32)
        for name, part in parts.items():
            total += np.float32(self.weights[name]) * part
        return total


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide each row by its largest score, in place; a row of zeros stays one."""
    scores /= np.maximum(scores.max(axis=1, initial=0.0), np.finfo(np.float32).tiny)[:, None]
    return scores
