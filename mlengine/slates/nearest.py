"""Which posts are alike, by the sources of the live feed model that can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from scipy import sparse

from mlengine.datasets import Items, positions_in
from mlengine.estimators import Blend, ContentSimilarity, ItemToItem
from mlengine.estimators.ranking import largest_per_row
from mlengine.estimators.sparse_rows import rows_placed
from mlengine.slates.catalogue import Catalogue

# Ids, scores in [0, 1] and the sources of each, best first.
Alike = tuple[list[int], list[float], list[list[str]]]
# A word in more posts than this brings no candidates: reading them all would take the square.
_WIDEST = 2_000
# Words count this much beside neighbours at least: of what nobody has met they alone can tell.
_LEAST_WORDS = 0.1


class Nearest:
    """The posts nearest to any, among those of the catalogue that are for everybody.

    By the blend's item-item neighbours, each row divided by its largest, and by the cosine of
    words where it reaches CONTENT_SIMILARITY_THRESHOLD; weighed as in the blend, words
    never below _LEAST_WORDS, the weights brought to sum to 1. A post that the model never saw is
    judged by its words alone.
    """

    def __init__(self, blend: Blend, catalogue: Catalogue) -> None:
        self._ids = blend.item_ids_
        place, known = positions_in(catalogue.ids, self._ids)
        self._is_shown = np.zeros(len(self._ids), dtype=bool)
        self._is_shown[known] = ~catalogue.is_closed[place[known]]
        self._sources = {
            name: source
            for name, source in blend.sources.items()
            if isinstance(source, ItemToItem | ContentSimilarity)
        }
        self._weights = _weights(self._sources, blend.weights)
        self._by_word = {
            name: _narrow(source.vectors_)
            for name, source in self._sources.items()
            if isinstance(source, ContentSimilarity)
        }

    def unknown(self, post_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of the posts that the model never saw: `of` must be told their words."""
        _, known = positions_in(self._ids, post_ids)
        return post_ids[~known]

    def of(self, post_ids: NDArray[np.int64], described: Items, *, k: int) -> list[Alike]:
        """Return up to `k` posts like each of the posts, ids ascending, none of them itself.

        `described` are those that are `unknown`.
        """
        count = len(post_ids)
        if not self._sources or not count:
            return [([], [], [])] * count
        place, known = positions_in(self._ids, post_ids)
        parts = {}
        for name, source in self._sources.items():
            if isinstance(source, ItemToItem):
                part = _scaled(source.strength_[place[known]])
                part = rows_placed(part, np.flatnonzero(known), count)
            else:
                seen = rows_placed(source.vectors_[place[known]], np.flatnonzero(known), count)
                new = rows_placed(source.vectors(described), np.flatnonzero(~known), count)
                part = ((seen + new) @ self._by_word[name]).tocsr()
                part.data[part.data < settings.CONTENT_SIMILARITY_THRESHOLD] = 0.0
                part.eliminate_zeros()
            parts[name] = self._cleaned(part, place, known) * np.float32(self._weights[name])
        best = largest_per_row(sum(parts.values()).tocsr(), k)
        return _told(best, parts, self._ids)

    def _cleaned(
        self, part: sparse.csr_matrix, place: NDArray[np.intp], known: NDArray[np.bool_]
    ) -> sparse.csr_matrix:
        """Return the part without the posts themselves and what nobody is shown."""
        row = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
        is_itself = known[row] & (place[row] == part.indices)
        data = np.where(is_itself | ~self._is_shown[part.indices], 0.0, np.maximum(part.data, 0.0))
        cleaned = sparse.csr_matrix(
            (data.astype(np.float32), part.indices.copy(), part.indptr.copy()), part.shape
        )
        cleaned.eliminate_zeros()
        return cleaned


def _told(
    best: sparse.csr_matrix, parts: Mapping[str, sparse.csr_matrix], ids: NDArray[np.int64]
) -> list[Alike]:
    if not best.nnz:
        return [([], [], [])] * best.shape[0]
    row = np.repeat(np.arange(best.shape[0]), np.diff(best.indptr))
    order = np.lexsort((best.indices, -best.data, row))
    row, column, score = row[order], best.indices[order], best.data[order]
    shares = np.array([np.asarray(part[row, column]).ravel() for part in parts.values()])
    sources = _named(shares, list(parts))
    found, scores = ids[column].tolist(), np.round(score.astype(np.float64), 4).tolist()
    ends = best.indptr.tolist()
    return [(found[a:b], scores[a:b], sources[a:b]) for a, b in pairwise(ends)]


def _named(shares: NDArray[np.float32], names: Sequence[str]) -> list[list[str]]:
    """Return which of the few sources speak for each column of `shares`, the strongest first.

    Columns with the same sources in the same order share one list: each is spelled once.
    """
    order = np.argsort(-shares, axis=0, kind="stable")
    told = np.count_nonzero(shares > 0, axis=0)
    order[np.arange(len(names))[:, None] >= told] = len(names)
    code = np.ravel_multi_index(tuple(order), [len(names) + 1] * len(names))
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    spelled = [[names[n] for n in order[: told[item], item].tolist()] for item in first.tolist()]
    return [spelled[n] for n in which.tolist()]


def _weights(
    sources: Mapping[str, ItemToItem | ContentSimilarity], weights: Mapping[str, float]
) -> dict[str, float]:
    raw = {
        name: max(weights[name], _LEAST_WORDS if isinstance(source, ContentSimilarity) else 0.0)
        for name, source in sources.items()
    }
    total = sum(raw.values()) or 1.0
    return {name: weight / total for name, weight in raw.items()}


def _scaled(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the rows, each divided by its largest."""
    largest = np.maximum(rows.max(axis=1).toarray().ravel(), np.finfo(np.float32).tiny)
    return sparse.diags((1.0 / largest).astype(np.float32)).dot(rows).tocsr()


def _narrow(vectors: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the vectors turned, shape (n_words, n_posts), without the widest words."""
    turned = vectors.T.tocsr()
    is_narrow = np.diff(turned.indptr) <= _WIDEST
    return sparse.diags(is_narrow.astype(np.float32)).dot(turned).tocsr()
