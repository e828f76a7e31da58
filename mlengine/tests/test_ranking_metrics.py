"""Ranking figures against the sums of their definitions."""

import math

import numpy as np
import pytest

from mlengine.metrics import ranking_report


def by_definition(ranked, chosen, k):
    recalls, gains, hits = [], [], []
    for user, wanted in chosen.items():
        if not wanted:
            continue
        found = [item in wanted for item in ranked.get(user, [])[:k]]
        recalls.append(sum(found) / len(wanted))
        gain = sum(1 / math.log2(rank + 2) for rank, hit in enumerate(found) if hit)
        best = sum(1 / math.log2(rank + 2) for rank in range(min(k, len(wanted))))
        gains.append(gain / best)
        hits.append(any(found))
    return np.mean(recalls), np.mean(gains), np.mean(hits)


@pytest.mark.parametrize("k", [1, 5, 20])
def test_agrees_with_the_definitions_on_random_lists(k):
    rng = np.random.default_rng(k)
    ranked = {u: rng.permutation(40)[: rng.integers(0, 30)].tolist() for u in range(50)}
    chosen = {u: set(rng.choice(40, size=rng.integers(0, 8), replace=False)) for u in range(50)}

    report = ranking_report(ranked, chosen, k=k)

    assert (report.recall, report.ndcg, report.hit_rate) == pytest.approx(
        by_definition(ranked, chosen, k)
    )
    assert report.users == sum(bool(items) for items in chosen.values())


def test_a_perfect_list_scores_one_even_with_more_to_find_than_fits():
    report = ranking_report({1: [1, 2]}, {1: {1, 2, 3, 4}}, k=2)

    assert (report.ndcg, report.hit_rate, report.recall) == (1.0, 1.0, 0.5)


def test_nobody_to_judge_is_zero_not_a_failure():
    report = ranking_report({}, {1: set()}, k=5)

    assert (report.users, report.recall, report.ndcg) == (0, 0.0, 0.0)
