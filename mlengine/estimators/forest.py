"""Trees fitted elsewhere, compiled to arrays that numpy walks."""

from __future__ import annotations

from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect

# Rows walked at once; each takes a few int32 a tree.
_ROWS_AT_ONCE = 4096


class CompiledForest:
    """A random forest or gradient boosting as arrays, for single rows in microseconds.

    All trees are walked in step, one level at a time, so a row costs as many numpy calls as
    the deepest tree has levels, however many trees there are.

    Attributes
    ----------
    feature, left, right : ndarray of int32, shape (n_nodes,)
        Feature a node asks about, and the nodes to go to when its value is at most the
        threshold, or greater. A leaf leads to itself.
    threshold : ndarray of float64, shape (n_nodes,)
    value : ndarray of float64, shape (n_nodes, n_outputs)
        What a node adds to the sum over trees.
    roots : ndarray of int32, shape (n_trees,)
    start : ndarray of float64, shape (n_outputs,)
        What the sum begins with.
    depth : int
        Levels of the deepest tree.
    link : str
        What makes an answer of the sum: "identity", "logistic" (one column becomes the
        probabilities of two classes) or "softmax".
    feature_count : int
    """

    kind = "compiled-forest"
    links = ("identity", "logistic", "softmax")

    def __init__(
        self,
        *,
        feature: NDArray[np.int32],
        left: NDArray[np.int32],
        right: NDArray[np.int32],
        threshold: NDArray[np.float64],
        value: NDArray[np.float64],
        roots: NDArray[np.int32],
        start: NDArray[np.float64],
        depth: int,
        link: str,
        feature_count: int,
    ) -> None:
        self.feature = feature
        self.left = left
        self.right = right
        self.threshold = threshold
        self.value = value
        self.roots = roots
        self.start = start
        self.depth = depth
        self.link = link
        self.feature_count = feature_count
        # Children of node n stand at 2n and 2n + 1: one look-up a level instead of a choice of
        # two. Derived, so it is not stored.
        self._children = np.stack([left, right], axis=1).ravel()

    @classmethod
    def compile(cls, model: Any) -> Self:
        """Take a fitted scikit-learn RandomForest or GradientBoosting apart.

        Reads public attributes alone (`estimators_`, `tree_`, `init_`, `learning_rate`), of
        classifiers with any number of classes and regressors with one target.

        :raises TypeError: if the model is not one of those.
        """
        name = type(model).__name__
        if name in ("RandomForestClassifier", "ExtraTreesClassifier"):
            return cls._averaged(model, shares=True)
        if name in ("RandomForestRegressor", "ExtraTreesRegressor"):
            return cls._averaged(model, shares=False)
        if name in ("GradientBoostingClassifier", "GradientBoostingRegressor"):
            return cls._boosted(model, "Classifier" in name)
        raise TypeError(f"{name} is not a forest that can be compiled.")

    @classmethod
    def _averaged(cls, model: Any, *, shares: bool) -> Self:
        trees = [tree.tree_ for tree in model.estimators_]
        values = []
        for tree in trees:
            value = tree.value[:, 0, :]
            if shares:
                value = value / value.sum(axis=1, keepdims=True)
            values.append(value / len(trees))
        start = np.zeros(values[0].shape[1])
        return cls._joined(trees, values, start, "identity", model.n_features_in_)

    @classmethod
    def _boosted(cls, model: Any, is_classifier: bool) -> Self:
        outputs = model.estimators_.shape[1]
        trees, values = [], []
        for stage in model.estimators_:
            for output, tree in enumerate(stage):
                value = np.zeros((tree.tree_.node_count, outputs))
                value[:, output] = tree.tree_.value[:, 0, 0] * model.learning_rate
                trees.append(tree.tree_)
                values.append(value)
        # What boosting starts from: all trees of one stage subtracted from its first answer.
        zero = np.zeros((1, model.n_features_in_))
        first = next(
            iter(
                model.staged_decision_function(zero)
                if is_classifier
                else model.staged_predict(zero)
            )
        )
        start = np.ravel(first).astype(np.float64)
        for output, tree in enumerate(model.estimators_[0]):
            start[output] -= tree.predict(zero)[0] * model.learning_rate
        link = ("logistic" if outputs == 1 else "softmax") if is_classifier else "identity"
        return cls._joined(trees, values, start, link, model.n_features_in_)

    @classmethod
    def _joined(
        cls,
        trees: list[Any],
        values: list[NDArray[np.float64]],
        start: NDArray[np.float64],
        link: str,
        feature_count: int,
    ) -> Self:
        offsets = np.concatenate([[0], np.cumsum([tree.node_count for tree in trees])])
        parts: dict[str, list[NDArray[Any]]] = {"feature": [], "left": [], "right": []}
        for tree, offset in zip(trees, offsets, strict=False):
            node = np.arange(tree.node_count)
            is_leaf = tree.children_left < 0
            parts["feature"].append(np.where(is_leaf, 0, tree.feature))
            parts["left"].append(np.where(is_leaf, node, tree.children_left) + offset)
            parts["right"].append(np.where(is_leaf, node, tree.children_right) + offset)
        feature, left, right = (np.concatenate(part).astype(np.int32) for part in parts.values())
        return cls(
            feature=feature,
            left=left,
            right=right,
            threshold=np.concatenate([tree.threshold for tree in trees]),
            value=np.concatenate(values),
            roots=offsets[:-1].astype(np.int32),
            start=start,
            depth=max(tree.max_depth for tree in trees),
            link=link,
            feature_count=feature_count,
        )

    def predict(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Return probabilities or values, shape (n_rows, n_classes or n_outputs).

        `rows` has shape (n_rows, feature_count), or (feature_count,) for a single row, which
        gives shape (1, …). Values are rounded to float32 first, as scikit-learn does.

        :raises ValueError: if the number of features differs or a value is not finite.
        """
        x = np.atleast_2d(np.asarray(rows, dtype=np.float32))
        if x.ndim != 2 or x.shape[1] != self.feature_count:
            raise ValueError(f"Expected {self.feature_count} features, got shape {x.shape}.")
        if not np.isfinite(x).all():
            raise ValueError("A feature is not a finite number.")
        parts = [
            self._summed(x[begin : begin + _ROWS_AT_ONCE])
            for begin in range(0, len(x), _ROWS_AT_ONCE)
        ]
        total = np.concatenate(parts) if parts else np.zeros((0, len(self.start)))
        return _linked(total, self.link)

    def _summed(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        count = len(x)
        node = np.tile(self.roots, count)
        # Flat positions of each row's first feature, so that one take reads any row's feature.
        begin = np.repeat(np.arange(count) * x.shape[1], len(self.roots))
        flat = x.ravel()
        for _ in range(self.depth):
            goes_right = flat.take(begin + self.feature.take(node)) > self.threshold.take(node)
            node = self._children.take(2 * node + goes_right)
        leaves = self.value.take(node, axis=0)
        total: NDArray[np.float64] = leaves.reshape(count, len(self.roots), -1).sum(axis=1)
        return total + self.start

    def contributions(self, rows: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
        """Return what each feature adds to the weighted sum of outputs, shape (n_rows, n_features).

        `weights` has shape (n_outputs,). On the way from root to leaf each step's change of value
        is the asked feature's (Saabas; Palczewska et al. (2014), doi:10.1007/978-3-319-04717-1_9),
        so a row's contributions and what the roots say add up to its sum. For the "identity" link.
        """
        x = np.atleast_2d(np.asarray(rows, dtype=np.float32))
        worth = self.value @ np.asarray(weights, dtype=np.float64)
        parts = [
            self._steps(x[begin : begin + _ROWS_AT_ONCE], worth)
            for begin in range(0, len(x), _ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.feature_count))

    def _steps(self, x: NDArray[np.float32], worth: NDArray[np.float64]) -> NDArray[np.float64]:
        size = x.size
        node = np.tile(self.roots, len(x))
        begin = np.repeat(np.arange(len(x)) * x.shape[1], len(self.roots))
        flat, total = x.ravel(), np.zeros(size)
        for _ in range(self.depth):
            place = begin + self.feature.take(node)
            goes_right = flat.take(place) > self.threshold.take(node)
            following = self._children.take(2 * node + goes_right)
            total += np.bincount(place, worth.take(following) - worth.take(node), minlength=size)
            node = following
        return total.reshape(x.shape)

    def save(self, file: BinaryIO) -> None:
        """Write as .npz: arrays only, so loading can run no code."""
        names = ("feature", "left", "right", "threshold", "value", "roots", "start")
        settings = {name: getattr(self, name) for name in ("depth", "link", "feature_count")}
        arrays = {name: getattr(self, name) for name in names}
        arrays_save(file, kind=self.kind, settings=settings, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        try:
            given: dict[str, Any] = {**arrays, **settings}
            forest = cls(**given)
            forest._check()
        except (TypeError, ValueError, IndexError) as error:
            raise ArtifactError(f"The stored forest is inconsistent: {error}.") from error
        return forest

    def _check(self) -> None:
        nodes = len(self.feature)
        expect(self.link in self.links, "its link is known")
        expect(isinstance(self.depth, int) and 0 <= self.depth <= 10_000, "its depth is sane")
        expect(self.value.shape == (nodes, len(self.start)), "each node has a value")
        expect(self.threshold.shape == (nodes,), "each node has a threshold")
        for name, highest in (("feature", self.feature_count), ("left", nodes), ("right", nodes)):
            array = getattr(self, name)
            expect(array.shape == (nodes,) and array.dtype == np.int32, f"{name} fits the nodes")
            expect(bool(((array >= 0) & (array < highest)).all()), f"{name} stays inside")
        roots = self.roots
        expect(roots.ndim == 1 and bool(((roots >= 0) & (roots < nodes)).all()), "roots are nodes")


def _linked(total: NDArray[np.float64], link: str) -> NDArray[np.float64]:
    if link == "logistic":
        # The exponent is bounded where float64 could overflow; the answer is 0 or 1 there anyway.
        second = 1.0 / (1.0 + np.exp(-np.clip(total[:, 0], -700.0, 700.0)))
        return np.stack([1.0 - second, second], axis=1)
    if link == "softmax":
        power = np.exp(total - total.max(axis=1, keepdims=True))
        share: NDArray[np.float64] = power / power.sum(axis=1, keepdims=True)
        return share
    return total
