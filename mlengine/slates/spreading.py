"""Order that is not all alike: authors apart, and topics apart as far as worth allows."""

from __future__ import annotations

from collections import deque

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from mlengine.slates.catalogue import Catalogue
from mlengine.slates.columns import SIGNATURE_WORDS

# The author's share holds in any run of so many places.
OVER = 10
# Likeness to an item counts less by this with each place after it: a tenth after ten places. With
# likeness to all before, as in the paper, a slate would soon hold something of every topic, and
# all that follows would be alike to something.
_FADES = 0.8
# Of two posts' likeness, what having the same category says; their hashtags say the rest.
_CATEGORY = 0.5
_NEVER = np.float32(-np.inf)


def spread(
    columns: NDArray[np.intp],
    scores: NDArray[np.float32],
    catalogue: Catalogue,
    *,
    relevance: float,
) -> list[NDArray[np.intp]]:
    """Return each row's columns in the order to be shown, at most SOCIALML_SLATE_LENGTH.

    Place by place the item of the greatest relevance · score − (1 − relevance) · likeness is
    taken, where scores are divided by the row's largest and likeness, in [0, 1], is to the items
    placed shortly before. Ties go to the earlier. No author but the archive of imports stands
    more than SOCIALML_SLATE_AUTHOR_SHARE times in any OVER places; where only such are left, the
    row ends.

    Parameters
    ----------
    columns : ndarray of intp, shape (n_accounts, n_candidates)
        Candidates, best first.
    scores : ndarray of float32, shape (n_accounts, n_candidates)
        Their scores; what scores 0 or less is none.
    relevance : float
        From 0, likeness alone, to 1, the score alone.

    References
    ----------
    Maximal marginal relevance: Carbonell and Goldstein (1998), doi:10.1145/290941.291025.
    """
    n_rows, n_candidates = columns.shape
    length = min(settings.SOCIALML_SLATE_LENGTH, n_candidates)
    places = np.full((n_rows, length), -1, dtype=np.intp)
    largest = np.maximum(scores.max(axis=1, initial=0.0), np.finfo(np.float32).tiny)
    left = np.where(scores > 0, np.float32(relevance) * scores / largest[:, None], _NEVER)
    value = np.empty_like(left)
    crowd = _Crowd(columns, catalogue)
    topics = _Topics(columns, catalogue, np.float32(1.0 - relevance)) if relevance < 1.0 else None
    rows, goes_on = np.arange(n_rows), np.ones(n_rows, dtype=bool)
    for place in range(length):
        np.subtract(left, topics.alike if topics else np.float32(0.0), out=value)
        np.copyto(value, _NEVER, where=crowd.is_full())
        pick = value.argmax(axis=1)
        goes_on &= value[rows, pick] > _NEVER
        if not goes_on.any():
            break
        places[:, place] = np.where(goes_on, pick, -1)
        left[rows, pick] = _NEVER
        crowd.enter(pick)
        if topics:
            topics.follow(pick)
    return [columns[row, kept[kept >= 0]] for row, kept in enumerate(places)]


class _Crowd:
    """How often each candidate's author stands in the newest OVER - 1 places."""

    def __init__(self, columns: NDArray[np.intp], catalogue: Catalogue) -> None:
        # The archive's posts are nobody's: each is told apart from all others.
        self._authors = np.where(
            catalogue.is_archive[columns], -1 - columns, catalogue.authors[columns]
        )
        self._rows = np.arange(len(columns))
        self._counts = np.zeros(columns.shape, dtype=np.int8)
        self._entered: deque[NDArray[np.bool_]] = deque()
        self._share: int = settings.SOCIALML_SLATE_AUTHOR_SHARE

    def is_full(self) -> NDArray[np.bool_]:
        return self._counts >= self._share

    def enter(self, pick: NDArray[np.intp]) -> None:
        is_by = self._authors == self._authors[self._rows, pick][:, None]
        self._counts += is_by
        self._entered.append(is_by)
        if len(self._entered) == OVER:
            self._counts -= self._entered.popleft()


class _Topics:
    """How much each candidate is like those placed shortly before, times `weight`."""

    def __init__(self, columns: NDArray[np.intp], catalogue: Catalogue, weight: np.float32) -> None:
        names = np.array([bool(name) for name in catalogue.categories], dtype=bool)
        category = catalogue.category[columns]
        # Posts of no category share none.
        self._category = np.where(names[category], category, -1 - columns)
        self._words = [catalogue.signature[columns, word] for word in range(SIGNATURE_WORDS)]
        counts = (np.bitwise_count(word) for word in self._words)
        self._size = np.maximum(sum(counts, np.zeros(columns.shape, np.uint8)), 1)
        self._rows = np.arange(len(columns))
        self._by_category = weight * np.float32(_CATEGORY)
        self._by_tags = weight * np.float32(1.0 - _CATEGORY)
        self.alike = np.zeros(columns.shape, dtype=np.float32)

    def follow(self, pick: NDArray[np.intp]) -> None:
        """Take in that each row's candidate at `pick` was placed."""
        rows = self._rows
        common = np.zeros(self.alike.shape, dtype=np.uint8)
        for word in self._words:
            common += np.bitwise_count(word & word[rows, pick][:, None])
        size = np.maximum(self._size, self._size[rows, pick][:, None])
        now = np.divide(common, size, dtype=np.float32)
        now *= self._by_tags
        is_same = self._category == self._category[rows, pick][:, None]
        np.add(now, self._by_category, out=now, where=is_same)
        self.alike *= np.float32(_FADES)
        np.maximum(self.alike, now, out=self.alike)
