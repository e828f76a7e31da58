"""When an account's rhythm changed."""

import numpy as np
import pytest

from mlengine.estimators.change_points import change_points

NONE = ([], [0], [5], [0] * 90, [1] * 13, [3] * 90)


@pytest.mark.parametrize("counts", NONE, ids=[f"{len(c)} days" for c in NONE])
def test_a_steady_or_short_series_has_none(counts):
    assert change_points(counts) == []


@pytest.mark.parametrize("rate", [0.1, 1.0, 3.0])
def test_chance_alone_is_taken_for_a_change_in_two_of_a_hundred_at_most(rate):
    series = np.random.default_rng(0).poisson(rate, (400, 90)).tolist()

    assert sum(bool(change_points(one)) for one in series) <= 8


def test_a_change_that_was_planted_is_found_within_days():
    rng = np.random.default_rng(1)
    found = [
        change_points([*rng.poisson(3.0, 50).tolist(), *rng.poisson(1.0, 40).tolist()])
        for _ in range(100)
    ]

    is_near = [bool(changes) and abs(changes[0].day - 50) <= 5 for changes in found]
    assert sum(is_near) >= 90
    assert sum(one[0].before > one[0].after for one in found if one) >= 95


def test_two_changes_are_told_in_order_and_a_spree_of_days_is_none():
    two = change_points([1] * 30 + [6] * 30 + [1] * 30)

    assert [change.day for change in two] == [30, 60]
    assert [(change.before, change.after) for change in two] == [(1.0, 6.0), (6.0, 1.0)]
    assert change_points([1] * 40 + [9] * 2 + [1] * 40) == []
