"""The best few of many scores, the same ones every time."""

import numpy as np
import pytest
from scipy import sparse

from mlengine.estimators.ranking import largest_per_row, top_k


def plainly(row, k):
    return sorted(range(len(row)), key=lambda column: (-row[column], column))[:k]


@pytest.mark.parametrize("k", [1, 3, 7, 12, 40])
def test_agrees_with_a_plain_sort_with_ties_zeros_and_negatives(k):
    rng = np.random.default_rng(k)
    scores = rng.integers(-2, 4, size=(200, 12)).astype(np.float32)
    scores[:50] = np.maximum(scores[:50], 0)
    scores[0] = 0
    scores[1] = -1

    best = top_k(scores, k)

    assert best.tolist() == [plainly(row, k) for row in scores.tolist()]


def test_nothing_is_asked_or_there_is_nothing():
    assert top_k(np.ones((2, 3), np.float32), 0).shape == (2, 0)
    assert top_k(np.ones((2, 0), np.float32), 5).shape == (2, 0)
    assert top_k(np.ones((0, 3), np.float32), 2).shape == (0, 2)


def test_keeps_the_largest_of_each_row_where_they_stood():
    rng = np.random.default_rng(1)
    dense = rng.permutation(60).reshape(5, 12).astype(np.float32) * (rng.random((5, 12)) < 0.6)

    kept = largest_per_row(sparse.csr_matrix(dense), 3).toarray()

    for row, whole in zip(kept, dense, strict=True):
        wanted = sorted(whole[whole > 0])[-3:]
        assert sorted(row[row > 0]) == wanted
        assert (row[row > 0] == whole[row > 0]).all()


def test_keeps_nothing_of_an_empty_matrix():
    assert largest_per_row(sparse.csr_matrix((0, 4)), 3).shape == (0, 4)
    assert largest_per_row(sparse.csr_matrix((3, 4)), 3).nnz == 0
