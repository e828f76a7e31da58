"""Groups of accounts that behave alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlengine.errors import ArtifactError, NotFitted, TooLittleData
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect

_ROUNDS = 100
_STARTS = 5
# Rows whose silhouette is measured; all pairs of them fit in 8 MB.
_SAMPLE = 1_000


class Segments:
    """K-means on standardised features, with the number of groups chosen by silhouette.

    Groups are numbered by size, the largest first.

    Parameters
    ----------
    fewest, most : int, default 2 and 8
        Numbers of groups that are tried.
    smallest_share : float, default 0.02
        A number of groups that leaves one with a smaller share of rows, or a single row, is
        passed over: a name for a handful of accounts helps nobody.
    seed : int, default 0
        Draws the starting centres.

    Attributes
    ----------
    names_ : list of str, length n_features
    mean_, scale_ : ndarray of float64, shape (n_features,)
    centres_ : ndarray of float64, shape (n_groups, n_features)
        In standardised units: 1 is one standard deviation above the mean of all rows.
    sizes_ : ndarray of int64, shape (n_groups,)
        Rows of each group in the fit, largest first.
    silhouette_ : float
        In [-1, 1]; 0 for one group.

    References
    ----------
    Starts as in Arthur and Vassilvitskii (2007), k-means++, doi:10.5555/1283383.1283494;
    silhouette as in Rousseeuw (1987), doi:10.1016/0377-0427(87)90125-7.
    """

    kind = "segments"
    names_: list[str]
    mean_: NDArray[np.float64]
    scale_: NDArray[np.float64]
    centres_: NDArray[np.float64]
    sizes_: NDArray[np.int64]
    silhouette_: float

    def __init__(
        self, *, fewest: int = 2, most: int = 8, smallest_share: float = 0.02, seed: int = 0
    ) -> None:
        self.fewest = fewest
        self.most = most
        self.smallest_share = smallest_share
        self.seed = seed

    def fit(self, rows: ArrayLike, *, names: Sequence[str]) -> Self:
        """Learn from rows, shape (n, n_features), without missing values; return self.

        Where no number of groups fits the limits, there is one group.

        :raises TooLittleData: if there are fewer than ten rows.
        """
        x = np.asarray(rows, dtype=np.float64)
        if len(x) < 10:
            raise TooLittleData("Segments need at least ten accounts.")
        self.names_ = list(names)
        self.mean_, deviation = x.mean(axis=0), x.std(axis=0)
        self.scale_ = np.where(deviation > 0, deviation, 1.0)
        z = (x - self.mean_) / self.scale_
        rng = np.random.default_rng(self.seed)
        best = (0.0, z.mean(axis=0, keepdims=True))
        sample = rng.choice(len(z), size=min(len(z), _SAMPLE), replace=False)
        most = min(self.most, len(np.unique(z, axis=0)))
        for count in range(self.fewest, most + 1):
            centres = _means(z, count, rng)
            group = _nearest(z, centres)
            if np.bincount(group, minlength=count).min() < max(2, self.smallest_share * len(z)):
                continue
            score = _silhouette(z[sample], group[sample])
            if score > best[0]:
                best = (score, centres)
        self.silhouette_, centres = best
        sizes = np.bincount(_nearest(z, centres), minlength=len(centres))
        order = np.argsort(-sizes, kind="stable")
        self.centres_, self.sizes_ = centres[order], sizes[order]
        return self

    def predict(self, rows: ArrayLike) -> NDArray[np.int64]:
        """Return the group number of each row, shape (n_rows,).

        :raises NotFitted: if fit was not called.
        :raises ValueError: if the number of features differs.
        """
        self._require_fitted()
        x = np.atleast_2d(np.asarray(rows, dtype=np.float64))
        if x.shape[1] != len(self.names_):
            raise ValueError(f"Expected {len(self.names_)} features, got shape {x.shape}.")
        return _nearest((x - self.mean_) / self.scale_, self.centres_)

    def traits(self, group: int, *, count: int = 3) -> list[tuple[str, float]]:
        """Return the features that set a group apart most, with their distance from the mean.

        Distances are in standard deviations, signed.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        centre = self.centres_[group]
        order = np.argsort(-np.abs(centre), kind="stable")[:count]
        return [(self.names_[i], float(centre[i])) for i in order]

    def save(self, file: BinaryIO) -> None:
        """Write as .npz: arrays only, so loading can run no code.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        settings = {
            "fewest": self.fewest,
            "most": self.most,
            "smallest_share": self.smallest_share,
            "seed": self.seed,
            "names": self.names_,
        }
        arrays = {
            "mean": self.mean_,
            "scale": self.scale_,
            "centres": self.centres_,
            "sizes": self.sizes_,
            "silhouette": np.array(self.silhouette_),
        }
        arrays_save(file, kind=self.kind, settings=settings, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        try:
            names = list(settings.pop("names"))
            self = cls(**settings)
            self.mean_, self.scale_ = arrays["mean"], arrays["scale"]
            self.centres_, self.sizes_ = arrays["centres"], arrays["sizes"]
            self.silhouette_ = float(arrays["silhouette"])
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"The stored model is inconsistent: {error}.") from error
        self.names_ = names
        for array in (self.mean_, self.scale_):
            expect(array.shape == (len(names),), "each feature has its numbers")
        expect(bool((self.scale_ > 0).all()), "scales are positive")
        expect(self.sizes_.ndim == 1 and len(self.sizes_) > 0, "it has groups")
        expect(self.centres_.shape == (len(self.sizes_), len(names)), "each group has a centre")
        return self

    def _require_fitted(self) -> None:
        if not hasattr(self, "centres_"):
            raise NotFitted("Call fit before predict.")


def _means(z: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the centres of the best of a few runs of Lloyd's algorithm."""
    best: tuple[float, NDArray[np.float64]] | None = None
    for _ in range(_STARTS):
        centres = _spread_start(z, count, rng)
        for _ in range(_ROUNDS):
            group = _nearest(z, centres)
            sums = np.stack([np.bincount(group, column, minlength=count) for column in z.T], axis=1)
            rows = np.bincount(group, minlength=count)[:, None]
            moved = np.where(rows > 0, sums / np.maximum(rows, 1), centres)
            if np.allclose(moved, centres, atol=1e-9):
                break
            centres = moved
        inertia = float(((z - centres[_nearest(z, centres)]) ** 2).sum())
        if best is None or inertia < best[0]:
            best = inertia, centres
    assert best is not None
    return best[1]


def _spread_start(
    z: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw `count` rows, each with a chance that grows with its distance to those drawn."""
    centres = [z[rng.integers(len(z))]]
    distance = ((z - centres[0]) ** 2).sum(axis=1)
    while len(centres) < count:
        centres.append(z[rng.choice(len(z), p=distance / distance.sum())])
        distance = np.minimum(distance, ((z - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres)


def _nearest(z: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    distance = (centres**2).sum(axis=1)[None, :] - 2.0 * (z @ centres.T)
    return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def _silhouette(z: NDArray[np.float64], group: NDArray[np.int64]) -> float:
    """Return the mean of (b - a) / max(a, b): a within the own group, b to the next nearest."""
    square = (z**2).sum(axis=1)
    gaps = np.sqrt(np.maximum(square[:, None] + square[None, :] - 2.0 * (z @ z.T), 0.0))
    kinds, which, rows = np.unique(group, return_inverse=True, return_counts=True)
    if len(kinds) < 2:
        return 0.0
    to_group = np.stack([gaps[:, which == kind].sum(axis=1) for kind in range(len(kinds))], axis=1)
    index = np.arange(len(z))
    own = to_group[index, which] / np.maximum(rows[which] - 1, 1)
    mean = to_group / rows
    mean[index, which] = np.inf
    other = mean.min(axis=1)
    value = (other - own) / np.maximum(np.maximum(own, other), np.finfo(np.float64).tiny)
    # By Rousseeuw's convention a row alone in its group scores 0.
    return float(np.where(rows[which] > 1, value, 0.0).mean())
