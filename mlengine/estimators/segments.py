"""Groups of accounts that behave alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlengine.errors import ArtifactError, NotFitted, TooLittleData
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.clustering import means, nearest, silhouette, stability

# Rows whose silhouette is measured; all pairs of them fit in 32 MB.
_SAMPLE = 2_000
# Rows and refits by which a number of groups is judged: more change the second digit.
_REFIT_ROWS, _REFITS = 2_000, 20
# A group that refits find less of than this is not to be trusted; groups that on average are
# found so well are valid (Hennig, below).
TRUSTED, VALID = 0.6, 0.75
# Further out, in standard deviations, nobody is more unlike the others: a handful of odd
# accounts would else be groups of their own.
_FURTHEST = 3.0
# A share of so many acts says half of what it seems to.
_HALF_SURE = 10.0


@dataclass(frozen=True, slots=True)
class _Grouping:
    """One number of groups: how well they stand apart, how well each holds, and where they are."""

    silhouette: float
    stability: NDArray[np.float64]
    centres: NDArray[np.float64]


class Segments:
    """K-means on standardised features, the number of groups chosen by silhouette and stability.

    Of the numbers whose groups come again when the rows are drawn anew (each at least 0.6, 0.75
    on average by rows), the one with the best silhouette is taken; where none has such groups,
    there is one. Groups are numbered by size, the largest first.

    Features that tell the same count once together: each is weighted by 1 / sqrt(sum of its
    squared correlations with all). Shares of few acts are drawn towards the mean by n / (n + 10).

    Parameters
    ----------
    fewest, most : int, default 2 and 8
        Numbers of groups that are tried.
    smallest_share : float, default 0.02
        A number of groups that leaves one with a smaller share of rows, or a single row, is
        passed over: a name for a handful of accounts helps nobody.
    counted_by : str, default ""
        The feature that holds log(1 + n), n being the acts that shares are shares of.
    shares : sequence of str, default ()
        Features that are shares or means of those acts.
    seed : int, default 0
        Draws the starting centres.

    Attributes
    ----------
    names_ : list of str, length n_features
    mean_, scale_ : ndarray of float64, shape (n_features,)
    weight_ : ndarray of float64, shape (n_features,)
        In (0, 1].
    centres_ : ndarray of float64, shape (n_groups, n_features)
        In weighted standard deviations above the mean of all rows.
    sizes_ : ndarray of int64, shape (n_groups,)
        Rows of each group in the fit, largest first.
    silhouette_ : float
        In [-1, 1]; 0 for one group.
    stability_ : ndarray of float64, shape (n_groups,)
        Jaccard index in [0, 1] by which refits on other draws found each group; 1 for one group,
        nan in files of before it was measured.

    References
    ----------
    Silhouette as in Rousseeuw (1987), doi:10.1016/0377-0427(87)90125-7; stability as in Hennig
    (2007), doi:10.1016/j.csda.2006.11.025.
    """

    kind = "segments"
    names_: list[str]
    mean_: NDArray[np.float64]
    scale_: NDArray[np.float64]
    weight_: NDArray[np.float64]
    centres_: NDArray[np.float64]
    sizes_: NDArray[np.int64]
    silhouette_: float
    stability_: NDArray[np.float64]

    def __init__(
        self,
        *,
        fewest: int = 2,
        most: int = 8,
        smallest_share: float = 0.02,
        counted_by: str = "",
        shares: Sequence[str] = (),
        seed: int = 0,
    ) -> None:
        self.fewest = fewest
        self.most = most
        self.smallest_share = smallest_share
        self.counted_by = counted_by
        self.shares = shares
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
        self.mean_, self.scale_ = x.mean(axis=0), np.ones(x.shape[1])
        deviation = self._drawn_in(x).std(axis=0)
        self.scale_ = np.where(deviation > 0, deviation, 1.0)
        self.weight_ = np.ones(len(self.names_))
        self.weight_ = _weights(self.standardised(x))
        z = self.standardised(x)
        rng = np.random.default_rng(self.seed)
        best = _Grouping(0.0, np.ones(1), z.mean(axis=0, keepdims=True))
        for count in range(self.fewest, min(self.most, len(np.unique(z, axis=0))) + 1):
            found = self._grouped(z, count, rng)
            if found is not None and found.silhouette > best.silhouette:
                best = found
        self.silhouette_, centres = best.silhouette, best.centres
        sizes = np.bincount(nearest(z, centres), minlength=len(centres))
        order = np.argsort(-sizes, kind="stable")
        self.centres_, self.sizes_ = centres[order], sizes[order]
        self.stability_ = best.stability[order]
        return self

    def _grouped(
        self, z: NDArray[np.float64], count: int, rng: np.random.Generator
    ) -> _Grouping | None:
        """Return `count` groups, or None where one is too small or does not hold."""
        centres = means(z, count, rng)
        group = nearest(z, centres)
        sizes = np.bincount(group, minlength=count)
        if sizes.min() < max(2, self.smallest_share * len(z)):
            return None
        some = rng.choice(len(z), size=min(len(z), _REFIT_ROWS), replace=False)
        held = stability(z[some], centres, rng, refits=_REFITS)
        if held.min() < TRUSTED or np.average(held, weights=sizes) < VALID:
            return None
        return _Grouping(silhouette(z[some[:_SAMPLE]], group[some[:_SAMPLE]]), held, centres)

    def predict(self, rows: ArrayLike) -> NDArray[np.int64]:
        """Return the group number of each row, shape (n_rows,).

        :raises NotFitted: if fit was not called.
        :raises ValueError: if the number of features differs.
        """
        self._require_fitted()
        x = np.atleast_2d(np.asarray(rows, dtype=np.float64))
        if x.shape[1] != len(self.names_):
            raise ValueError(f"Expected {len(self.names_)} features, got shape {x.shape}.")
        return nearest(self.standardised(x), self.centres_)

    def standardised(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return weighted standard deviations from the mean, shape (n_rows, n_features).

        None is further than three of them from it.
        """
        z = self._drawn_in(rows) / self.scale_
        return np.asarray(z.clip(-_FURTHEST, _FURTHEST) * self.weight_, dtype=np.float64)

    def _drawn_in(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far the rows are from the mean, shares by as much as their acts bear out."""
        gap = rows - self.mean_
        if self.shares:
            acts = np.expm1(rows[:, self.names_.index(self.counted_by)])
            places = [self.names_.index(name) for name in self.shares]
            gap[:, places] *= (acts / (acts + _HALF_SURE))[:, None]
        return np.asarray(gap, dtype=np.float64)

    def traits(self, group: int, *, count: int = 3) -> list[tuple[str, float]]:
        """Return the features that set a group apart most, with their distance from the mean.

        Distances are in standard deviations, signed.

        :raises NotFitted: if fit was not called.
        """
        self._require_fitted()
        centre = self.centres_[group] / self.weight_
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
            "counted_by": self.counted_by,
            "shares": list(self.shares),
            "seed": self.seed,
            "names": self.names_,
        }
        arrays = {
            "mean": self.mean_,
            "scale": self.scale_,
            "weight": self.weight_,
            "centres": self.centres_,
            "sizes": self.sizes_,
            "silhouette": np.array(self.silhouette_),
            "stability": self.stability_,
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
            # Files of before there were weights have none, nor a stability.
            self.weight_ = arrays.get("weight", np.ones(len(names)))
            self.silhouette_ = float(arrays["silhouette"])
            self.stability_ = arrays.get("stability", np.full(len(self.sizes_), np.nan))
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"The stored model is inconsistent: {error}.") from error
        self.names_ = names
        for array in (self.mean_, self.scale_, self.weight_):
            expect(array.shape == (len(names),), "each feature has its numbers")
        expect(bool((self.scale_ > 0).all() and (self.weight_ > 0).all()), "scales are positive")
        expect({self.counted_by or names[0], *self.shares} <= set(names), "shares are features")
        expect(self.sizes_.ndim == 1 and len(self.sizes_) > 0, "it has groups")
        expect(self.centres_.shape == (len(self.sizes_), len(names)), "each group has a centre")
        expect(self.stability_.shape == self.sizes_.shape, "each group has its stability")
        return self

    def _require_fitted(self) -> None:
        if not hasattr(self, "centres_"):
            raise NotFitted("Call fit before predict.")


def _weights(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 / sqrt(sum of squared correlations with all features), shape (n_features,)."""
    deviation = z.std(axis=0)
    scaled = (z - z.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    correlation = scaled.T @ scaled / len(z)
    # A feature that never varies goes with none, itself included.
    weight: NDArray[np.float64] = 1.0 / np.sqrt(np.maximum((correlation**2).sum(axis=0), 1.0))
    return weight
