"""What was done with posts while they were young."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Early:
    """Counts of each post at each age, shape (n_posts, n_ages).

    `recent` are the views of the newer half of its age.
    """

    views: Vector
    engagements: Vector
    recent: Vector


@dataclass(frozen=True, slots=True)
class EarlyActs:
    """One element an act: the post's place, the post's age then in hours, and whether it is a view.

    What is no view is an engagement.
    """

    places: NDArray[np.int64]
    hours: Vector
    is_view: NDArray[np.bool_]

    def views_by(self, hours: float, *, posts: int) -> Vector:
        """Return the views that each of so many posts had at that age, shape (posts,).

        >>> acts = EarlyActs(np.array([0, 0, 1]), np.array([0.5, 2.0, 1.0]), np.ones(3, bool))
        >>> acts.views_by(1.0, posts=3).tolist()
        [1.0, 1.0, 0.0]
        """
        return self._counted(self.is_view & (self.hours <= hours), posts)

    def early(self, ages_hours: ArrayLike, *, posts: int) -> Early:
        """Return the counts of each of so many posts at these ages."""
        ages = np.asarray(ages_hours, dtype=np.float64).tolist()
        by_then = [self.hours <= age for age in ages]
        newer = [
            self.is_view & then & (self.hours > age / 2)
            for age, then in zip(ages, by_then, strict=True)
        ]
        return Early(
            views=np.column_stack([self._counted(self.is_view & then, posts) for then in by_then]),
            engagements=np.column_stack(
                [self._counted(~self.is_view & then, posts) for then in by_then]
            ),
            recent=np.column_stack([self._counted(which, posts) for which in newer]),
        )

    def _counted(self, which: NDArray[np.bool_], posts: int) -> Vector:
        return np.bincount(self.places[which], minlength=posts).astype(np.float64)
