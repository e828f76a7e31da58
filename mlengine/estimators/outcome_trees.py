"""Boosted trees of several outcomes as bit masks that numpy walks in a pass a feature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mlengine.estimators.artifacts import Arrays, expect

# Leaves of a tree at most: one bit of a byte each.
MOST_LEAVES = 8
# The lowest bit set in each byte; 0 sets none and does not occur.
_LOWEST = np.array([0] + [(n & -n).bit_length() - 1 for n in range(1, 256)], dtype=np.intp)
# Rows walked at once: a byte a row and tree.
_ROWS_AT_ONCE = 2048


class OutcomeTrees:
    """Gradient boostings with one output each, over the same features.

    Each question of a tree that a row answers with "greater" rules out the leaves to the left of
    it; the leftmost leaf that is left is the row's. What the questions about one feature rule
    out together depends on the row's place among their thresholds alone, so it is looked up.

    Attributes
    ----------
    cuts : ndarray of float64, shape (n_cuts,)
        Thresholds, ascending within each feature.
    first : ndarray of int64, shape (n_features + 1,)
        Where each feature's cuts begin.
    masks : ndarray of uint8, shape (n_cuts + n_features, n_trees)
        Leaves that are left, by feature and number of its cuts exceeded.
    leaves : ndarray of float64, shape (n_trees, 8)
    begins : ndarray of int64, shape (n_outputs,)
        First tree of each output.
    start : ndarray of float64, shape (n_outputs,)
        What the sum begins with.

    References
    ----------
    QuickScorer: Lucchese et al. (2015), doi:10.1145/2766462.2767733.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.cuts = arrays["cuts"]
        self.first = arrays["first"]
        self.masks = arrays["masks"]
        self.leaves = arrays["leaves"]
        self.begins = arrays["begins"]
        self.start = arrays["start"]
        self._leaf = np.arange(len(self.leaves), dtype=np.intp) * MOST_LEAVES

    @property
    def feature_count(self) -> int:
        return len(self.first) - 1

    @classmethod
    def compile(cls, models: Sequence[Any]) -> Self:
        """Take fitted HistGradientBoostingClassifiers of two classes apart.

        Reads `_predictors` and `_baseline_prediction`: scikit-learn publishes no trees of these.
        That they mean what they did is held by a test.

        :raises ValueError: if a tree has more than MOST_LEAVES leaves.
        """
        trees = [stage[0].nodes for model in models for stage in model._predictors]
        leaves = np.zeros((len(trees), MOST_LEAVES))
        questions: list[tuple[int, float, int, int]] = []
        for number, nodes in enumerate(trees):
            asked, values = _walked(nodes)
            if len(values) > MOST_LEAVES:
                raise ValueError(f"A tree has {len(values)} leaves; {MOST_LEAVES} at most.")
            leaves[number, : len(values)] = values
            questions += [(feature, cut, number, mask) for feature, cut, mask in asked]
        counts = [len(model._predictors) for model in models]
        found = _masks(questions, int(models[0].n_features_in_), len(trees))
        start = np.array([float(np.ravel(one._baseline_prediction)[0]) for one in models])
        begins = np.array([0, *np.cumsum(counts)[:-1]], dtype=np.int64)
        return cls({**found, "leaves": leaves, "begins": begins, "start": start})

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sums, as log odds, shape (n_rows, n_outputs).

        :raises ValueError: if the number of features differs or a value is not finite.
        """
        if rows.ndim != 2 or rows.shape[1] != self.feature_count:
            raise ValueError(f"Expected {self.feature_count} features, got shape {rows.shape}.")
        if not np.isfinite(rows).all():
            raise ValueError("A feature is not a finite number.")
        parts = [
            self._summed(rows[begin : begin + _ROWS_AT_ONCE])
            for begin in range(0, len(rows), _ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.start)))

    def arrays(self) -> Arrays:
        """Return the arrays that make it up."""
        names = ("cuts", "first", "masks", "leaves", "begins", "start")
        return {name: getattr(self, name) for name in names}

    def check(self) -> None:
        """Refuse arrays that do not fit together.

        :raises ArtifactError: saying what should hold.
        """
        trees, features, first = len(self.leaves), self.feature_count, self.first
        expect(features >= 0 and first[0] == 0 and first[-1] == len(self.cuts), "cuts are whole")
        expect(bool((np.diff(first) >= 0).all()), "features come in order")
        masked = (len(self.cuts) + features, trees)
        expect(self.masks.shape == masked and self.masks.dtype == np.uint8, "each place is masked")
        expect(self.leaves.shape == (trees, MOST_LEAVES), "each tree has its leaves")
        expect(self.begins.shape == self.start.shape and len(self.start) > 0, "outputs have starts")
        ascend = bool((np.diff(self.begins) > 0).all())
        expect(ascend and self.begins[0] == 0 and self.begins[-1] < trees, "outputs have trees")

    def _summed(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        left = np.full((len(rows), len(self.leaves)), 255, dtype=np.uint8)
        for feature in range(self.feature_count):
            begin, end = int(self.first[feature]), int(self.first[feature + 1])
            if begin == end:
                continue
            exceeded = np.searchsorted(self.cuts[begin:end], rows[:, feature], side="left")
            left &= self.masks.take(exceeded + (begin + feature), axis=0)
        value = self.leaves.ravel().take(_LOWEST.take(left) + self._leaf)
        summed: NDArray[np.float64] = np.add.reduceat(value, self.begins, axis=1) + self.start
        return summed


def _walked(nodes: Any) -> tuple[list[tuple[int, float, int]], list[float]]:
    """Return the tree's questions as (feature, threshold, leaves left if greater), and leaves."""
    questions: list[tuple[int, float, int]] = []
    values: list[float] = []

    def walk(place: int) -> None:
        node = nodes[place]
        if node["is_leaf"]:
            values.append(float(node["value"]))
            return
        begin = len(values)
        walk(int(node["left"]))
        out = ((1 << len(values)) - 1) & ~((1 << begin) - 1)
        questions.append((int(node["feature_idx"]), float(node["num_threshold"]), 255 & ~out))
        walk(int(node["right"]))

    walk(0)
    return questions, values


def _masks(questions: list[tuple[int, float, int, int]], features: int, trees: int) -> Arrays:
    cuts: list[float] = []
    first = [0]
    masks = []
    for feature in range(features):
        own = sorted(question for question in questions if question[0] == feature)
        known = sorted({cut for _, cut, _, _ in own})
        table = np.full((len(known) + 1, trees), 255, dtype=np.uint8)
        for _, cut, tree, mask in own:
            table[known.index(cut) + 1 :, tree] &= np.uint8(mask)
        cuts += known
        first.append(len(cuts))
        masks.append(table)
    return {
        "cuts": np.array(cuts, dtype=np.float64),
        "first": np.array(first, dtype=np.int64),
        "masks": np.concatenate(masks),
    }
