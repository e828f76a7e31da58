"""What will come of showing a post, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from mlengine.datasets.shown import OUTCOMES, POSITION, Tallies
from mlengine.estimators.artifacts import Arrays, arrays_load, arrays_save, expect
from mlengine.estimators.outcome_trees import OutcomeTrees

_TALLIED = ("post_ids", "author_ids", "posts", "authors")


class OutcomeRanker:
    """One calibrated gradient boosting an outcome, whose probabilities are weighed together.

    The position at which a post was shown is learned from, so that what the top of a list does
    is not taken for what the posts there are; predictions are all made as of the top.

    Parameters
    ----------
    trees : OutcomeTrees
        One output an outcome.
    outcomes : sequence of str
        Those of OUTCOMES that there was enough to learn of.
    names : sequence of str
        The features, in the order of the trees'.
    calibration : ndarray of float64, shape (n_outcomes, 2)
        Slope and intercept on the log odds.
    tallies : Tallies
        How posts and authors did up to the training.

    References
    ----------
    Friedman (2001), doi:10.1214/aos/1013203451; Platt (1999), Probabilistic outputs for support
    vector machines; position as a feature that is held fixed: Zhao et al. (2019),
    doi:10.1145/3298689.3346997.
    """

    kind = "outcome-ranker"

    def __init__(
        self,
        trees: OutcomeTrees,
        *,
        outcomes: Sequence[str],
        names: Sequence[str],
        calibration: NDArray[np.float64],
        tallies: Tallies,
    ) -> None:
        self.trees = trees
        self.outcomes = tuple(outcomes)
        self.names = tuple(names)
        self.calibration = calibration
        self.tallies = tallies

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each of `outcomes`, shape (n_rows, n_outcomes).

        Columns of `rows` are `names`; the position is ignored.

        :raises ValueError: if the number of features differs or a value is not finite.
        """
        rows = np.array(rows, dtype=np.float64)
        if POSITION in self.names:
            rows[:, self.names.index(POSITION)] = 0.0
        odds = self.trees.predict(rows) * self.calibration[:, 0] + self.calibration[:, 1]
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0))))

    def values(
        self, rows: NDArray[np.float64], weights: Mapping[str, float]
    ) -> NDArray[np.float64]:
        """Return the expected worth of each row, shape (n_rows,): weights times probabilities."""
        each = np.array([weights.get(outcome, 0.0) for outcome in self.outcomes])
        worth: NDArray[np.float64] = self.probabilities(rows) @ each
        return worth

    def describe_posts(
        self, posts: NDArray[np.int64], authors: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        """Return what is known of posts and their authors, each feature of shape (n,)."""
        return self.tallies.describe(posts, authors, self.tallies.usual())

    def save(self, file: BinaryIO) -> None:
        """Write as .npz: arrays only, so loading can run no code."""
        arrays: Arrays = {**self.trees.arrays(), "calibration": self.calibration}
        arrays |= {f"tallied_{name}": getattr(self.tallies, name) for name in _TALLIED}
        settings = {"outcomes": self.outcomes, "names": self.names}
        arrays_save(file, kind=self.kind, settings=settings, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        needed = {"cuts", "first", "masks", "leaves", "begins", "start", "calibration"}
        needed |= {f"tallied_{name}" for name in _TALLIED}
        expect(needed <= arrays.keys(), "all its arrays are there")
        expect({"outcomes", "names"} <= settings.keys(), "it has outcomes and names")
        trees = OutcomeTrees(arrays)
        trees.check()
        outcomes, names = settings["outcomes"], settings["names"]
        expect(set(outcomes) <= set(OUTCOMES), "its outcomes are known")
        expect(len(names) == trees.feature_count, "its features have names")
        expect(len(outcomes) == len(trees.start), "each outcome has trees")
        expect(arrays["calibration"].shape == (len(outcomes), 2), "each outcome is calibrated")
        tallies = Tallies(*(arrays[f"tallied_{name}"] for name in _TALLIED))
        width = 1 + len(OUTCOMES)
        expect(tallies.posts.shape == (len(tallies.post_ids), width), "posts are tallied")
        expect(tallies.authors.shape == (len(tallies.author_ids), width), "authors are tallied")
        return cls(
            trees,
            outcomes=outcomes,
            names=names,
            calibration=arrays["calibration"],
            tallies=tallies,
        )
