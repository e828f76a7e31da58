"""What every recommender promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import copy
from typing import Any, BinaryIO, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets import Histories, Interactions, Items, positions_in
from mlengine.errors import NotFitted, TooLittleData
from mlengine.estimators.artifacts import Arrays, arrays_load, arrays_save, expect
from mlengine.estimators.ranking import top_k
from mlengine.metrics import RankingReport, ranking_report

# People scored at once: 512 rows of 41,000 float32 scores are 84 MB.
CHUNK = 512


class Recommender(ABC):
    """Ranks the items a person has not met yet.

    Subclasses store hyper-parameters in `__init__` and nothing else, learn in `_learn`, score
    in `_scores`, take their arrays apart and together in `_arrays` and `_restore`, and move to
    a larger catalogue in `_place`. A score is never negative; 0 says the model has no reason
    to show the item.

    Attributes
    ----------
    item_ids_ : ndarray of int64, shape (n_items,)
        The catalogue, ascending. Columns of scores follow it.
    """

    kind: ClassVar[str]
    item_ids_: NDArray[np.int64]

    def fit(self, interactions: Interactions, *, items: Items | None = None) -> Self:
        """Learn from `interactions`, forgetting any earlier fit, and return self.

        `items` describes items, for the models that read descriptions; it may hold items nobody
        chose yet.

        :raises TooLittleData: if fewer than two items were chosen, or what the model learns
            from is missing.
        """
        if len(interactions.item_ids) < 2:
            raise TooLittleData(f"A {self.kind} recommender needs at least two items.")
        self._learn(interactions, items)
        return self

    def predict(
        self, history: Sequence[int], *, k: int, exclude: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        """Return up to `k` (item id, score) pairs, best first, none in `history` or `exclude`.

        `history` lists item ids from oldest to newest. Ids that fit never saw are ignored; a
        model with nothing to say returns an empty list.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        people = Histories.of_one(history, self.item_ids_)
        scores = self._scores(people)
        scores[0, people.matrix.indices] = 0.0
        if len(exclude):
            scores[0, Histories.of_one(exclude, self.item_ids_).matrix.indices] = 0.0
        best = top_k(scores, k)[0]
        return [(int(self.item_ids_[j]), float(scores[0, j])) for j in best if scores[0, j] > 0]

    def score_users(
        self, people: Histories, *, k: int, chunk: int = CHUNK
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return item ids and scores, shapes (n_people, k), best first, as predict would.

        Columns of `people` follow `item_ids_` (see Interactions.histories). A list that ends
        early is filled with id -1 and score 0. Memory is bounded by `chunk` rows of scores.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        count = people.matrix.shape[0]
        ids = np.full((count, k), -1, dtype=np.int64)
        values = np.zeros((count, k), dtype=np.float32)
        for start in range(0, count, chunk):
            part = people.rows(start, start + chunk)
            scores = self.scores(part)
            best = top_k(scores, k)
            found = np.take_along_axis(scores, best, axis=1)
            rows, width = slice(start, start + len(best)), best.shape[1]
            ids[rows, :width] = np.where(found > 0, self.item_ids_[best], -1)
            values[rows, :width] = np.maximum(found, 0.0)
        return ids, values

    def scores(self, people: Histories) -> NDArray[np.float32]:
        """Return dense scores, shape (n_people, n_items), 0 where an item was already met.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        scores = self._scores(people)
        row = np.repeat(np.arange(people.matrix.shape[0]), np.diff(people.matrix.indptr))
        scores[row, people.matrix.indices] = 0.0
        return scores

    def evaluate(self, history: Interactions, held_out: Interactions, *, k: int) -> RankingReport:
        """Rank from each user's history and compare with the new items they chose later."""
        past = history.items_by_user()
        chosen = {
            user: items - past.get(user, set()) for user, items in held_out.items_by_user().items()
        }
        users = np.array(sorted(chosen), dtype=np.int64)
        ids, _ = self.score_users(history.histories(self.item_ids_, users), k=k)
        return ranking_report(dict(zip(users.tolist(), ids.tolist(), strict=True)), chosen, k=k)

    def save(self, file: BinaryIO) -> None:
        """Write as .npz: arrays only, so loading can run no code.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        arrays = {"item_ids": self.item_ids_, **self._arrays()}
        arrays_save(file, kind=self.kind, settings=self.settings(), arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        expect("item_ids" in arrays, "it has a catalogue")
        ids = arrays["item_ids"]
        expect(ids.dtype == np.int64 and ids.ndim == 1, "item ids are integers")
        expect(bool((np.diff(ids) > 0).all()), "item ids ascend")
        try:
            self = cls(**settings)
        except TypeError as error:
            expect(False, str(error))
            raise
        self.item_ids_ = ids
        self._restore(arrays)
        return self

    def over(self, item_ids: NDArray[np.int64]) -> Self:
        """Return the same model over a larger ascending catalogue that holds all its items.

        Of the new items it knows nothing.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        wider = copy(self)
        if len(item_ids) > len(self.item_ids_):
            wider._place(positions_in(item_ids, self.item_ids_)[0], len(item_ids))
            wider.item_ids_ = item_ids
        return wider

    def settings(self) -> dict[str, Any]:
        """Return the hyper-parameters, as `__init__` takes them."""
        return {name: value for name, value in vars(self).items() if not name.endswith("_")}

    @abstractmethod
    def _learn(self, interactions: Interactions, items: Items | None) -> None:
        """Set `item_ids_` and the learned attributes, each anew."""

    @abstractmethod
    def _scores(self, people: Histories) -> NDArray[np.float32]:
        """Return a fresh array of scores >= 0, shape (n_people, n_items)."""

    @abstractmethod
    def _arrays(self) -> Arrays:
        """Return the learned arrays but the catalogue, by name."""

    @abstractmethod
    def _place(self, place: NDArray[np.intp], count: int) -> None:
        """Move what is learned of item i to place[i] of a catalogue of `count` items."""

    @abstractmethod
    def _restore(self, arrays: Arrays) -> None:
        """Set the learned attributes from `arrays`, refusing what does not fit together."""

    def _require_fitted(self) -> None:
        if not hasattr(self, "item_ids_"):
            raise NotFitted("Call fit before predict.")
