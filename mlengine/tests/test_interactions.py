"""How choices become arrays."""

import numpy as np
import pytest

from mlengine.datasets import Histories, Interactions
from mlengine.errors import DatasetError


def test_a_repeated_choice_is_one_pair_with_the_summed_weight_and_the_later_moment():
    chosen = Interactions.from_rows([(1, 5, 1.0, 10.0), (1, 6, 1.0, 20.0), (1, 5, 2.0, 30.0)])

    assert chosen.matrix.toarray().tolist() == [[3.0, 1.0]]
    assert chosen.at.tolist() == [30.0, 20.0]
    assert chosen.age.tolist() == [0, 1]


def test_a_pair_that_was_taken_back_is_left_out_with_its_user_and_item():
    chosen = Interactions.from_rows([(1, 5, 1.0), (1, 5, -1.0), (2, 6, 1.0)])

    assert chosen.user_ids.tolist() == [2]
    assert chosen.item_ids.tolist() == [6]


def test_knows_no_order_where_none_was_given():
    chosen = Interactions.from_rows([(1, 5, 1.0), (1, 6, 1.0)])

    assert not chosen.is_ordered
    assert chosen.at is None
    assert chosen.age.tolist() == [0, 0]


def test_holds_no_rows_as_well_as_many():
    nothing = Interactions.from_rows([])

    assert len(nothing) == 0
    assert nothing.items_by_user() == {}
    assert nothing.histories(np.array([1, 2])).matrix.shape == (0, 2)


def test_lists_the_items_of_each_user():
    chosen = Interactions.from_rows([(3, 9, 1.0), (1, 5, 1.0), (3, 7, 1.0)])

    assert chosen.items_by_user() == {1: {5}, 3: {7, 9}}


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_refuses_a_weight_or_moment_that_is_no_number(bad):
    with pytest.raises(DatasetError):
        Interactions.from_rows([(1, 5, bad)])
    with pytest.raises(DatasetError):
        Interactions.from_rows([(1, 5, 1.0, bad)])


def test_refuses_columns_of_different_lengths():
    with pytest.raises(DatasetError):
        Interactions.from_arrays([1, 2], [5])


def test_histories_follow_another_catalogue_and_close_ranks():
    chosen = Interactions.from_rows([(1, 5, 1.0, 1.0), (1, 6, 1.0, 2.0), (1, 7, 1.0, 3.0)])

    people = chosen.histories(np.array([4, 5, 7]), np.array([99, 1]))

    assert people.matrix.toarray().tolist() == [[0.0, 0.0, 0.0], [0.0, 1.0, 1.0]]
    assert people.age.tolist() == [1, 0]


def test_one_history_counts_a_repeated_item_where_it_stood_last():
    one = Histories.of_one([5, 7, 5, 404], np.array([5, 6, 7]))

    assert one.matrix.toarray().tolist() == [[1.0, 0.0, 1.0]]
    assert one.faded(0.5).toarray().tolist() == [[1.0, 0.0, 0.5]]
    assert one.newest(1).matrix.toarray().tolist() == [[1.0, 0.0, 0.0]]


def test_a_part_of_the_pairs_keeps_their_order():
    chosen = Interactions.from_rows([(1, i, 1.0, float(-i)) for i in range(4)])

    part = chosen.where(np.array([True, False, True, True]))

    assert part.item_ids.tolist() == [0, 2, 3]
    assert part.age.tolist() == [0, 1, 2]


def test_many_random_rows_give_the_sums_a_plain_count_gives():
    rng = np.random.default_rng(3)
    rows = [(int(u), int(i), 1.0) for u, i in rng.integers(0, 12, size=(500, 2))]
    plain = np.zeros((12, 12))
    for user, item, weight in rows:
        plain[user, item] += weight

    matrix = Interactions.from_rows(rows).matrix

    assert (matrix.toarray() == plain).all()
    assert matrix.has_canonical_format
