"""K-means, how well its groups stand apart, and whether other rows would give them again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Groups = NDArray[np.int64]

_ROUNDS = 100
_STARTS = 5
# Starts of a refit, which only has to find again what the first fit found.
_STARTS_AGAIN = 2


def means(z: Matrix, count: int, rng: np.random.Generator, *, starts: int = _STARTS) -> Matrix:
    """Return the centres, shape (count, n_features), of the best of a few runs of k-means.

    `z` has shape (n_rows, n_features) and at least `count` different rows. Starts are drawn as in
    Arthur and Vassilvitskii (2007), k-means++, doi:10.5555/1283383.1283494.
    """
    best: tuple[float, Matrix] | None = None
    for _ in range(starts):
        centres = _spread_start(z, count, rng)
        for _ in range(_ROUNDS):
            group = nearest(z, centres)
            sums = np.stack([np.bincount(group, column, minlength=count) for column in z.T], axis=1)
            rows = np.bincount(group, minlength=count)[:, None]
            moved = np.where(rows > 0, sums / np.maximum(rows, 1), centres)
            if np.allclose(moved, centres, atol=1e-9):
                break
            centres = moved
        inertia = float(((z - centres[nearest(z, centres)]) ** 2).sum())
        if best is None or inertia < best[0]:
            best = inertia, centres
    assert best is not None
    return best[1]


def nearest(z: Matrix, centres: Matrix) -> Groups:
    """Return the number of the centre next to each row, shape (n_rows,)."""
    distance = (centres**2).sum(axis=1)[None, :] - 2.0 * (z @ centres.T)
    return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def silhouette(z: Matrix, group: Groups) -> float:
    """Return the mean of (b - a) / max(a, b): a within the own group, b to the next nearest.

    In [-1, 1], 0 for one group. Memory grows with the square of the rows. Rousseeuw (1987),
    doi:10.1016/0377-0427(87)90125-7, by whose convention a row alone in its group scores 0.
    """
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
    return float(np.where(rows[which] > 1, value, 0.0).mean())


def stability(z: Matrix, centres: Matrix, rng: np.random.Generator, *, refits: int) -> Matrix:
    """Return how much of each group other draws of the rows find again, shape (n_groups,).

    In [0, 1]: the mean, over `refits` bootstrap draws, of the Jaccard index of the group and
    the refitted group most like it. Hennig (2007), doi:10.1016/j.csda.2006.11.025: below 0.6 a
    group is not to be trusted, from 0.75 on it is a valid one.
    """
    count = len(centres)
    group = nearest(z, centres)
    found = np.zeros((refits, count))
    for place in range(refits):
        drawn = rng.integers(0, len(z), len(z))
        again = nearest(z, means(z[drawn], count, rng, starts=_STARTS_AGAIN))
        # Judged on the rows that were drawn, each once: the others had no say.
        kept = np.unique(drawn)
        found[place] = overlap(group[kept], again[kept], count, count).max(axis=1)
    return np.asarray(found.mean(axis=0), dtype=np.float64)


def overlap(left: Groups, right: Groups, left_count: int, right_count: int) -> Matrix:
    """Return the Jaccard index of each left and each right group of the same rows.

    Shape (left_count, right_count); 0 where both are empty.

    >>> overlap(np.array([0, 0, 1]), np.array([0, 1, 1]), 2, 2).tolist()
    [[0.5, 0.3333333333333333], [0.0, 0.5]]
    """
    both = np.zeros((left_count, right_count))
    np.add.at(both, (left, right), 1.0)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    return np.asarray(both / np.maximum(either, 1.0), dtype=np.float64)


def _spread_start(z: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    """Draw `count` rows, each with a chance that grows with its distance to those drawn."""
    centres = [z[rng.integers(len(z))]]
    distance = ((z - centres[0]) ** 2).sum(axis=1)
    while len(centres) < count:
        total = float(distance.sum())
        # A draw of few different rows may hold fewer than there are centres to be.
        chances = distance / total if total > 0 else None
        centres.append(z[rng.choice(len(z), p=chances)])
        distance = np.minimum(distance, ((z - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres)
