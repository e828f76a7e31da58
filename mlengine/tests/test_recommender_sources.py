"""What single sources promise beyond what all of them do (see test_every_estimator)."""

from io import BytesIO

import numpy as np
import pytest

from mlengine.datasets import Histories, Interactions, Items, read_vectors
from mlengine.errors import DatasetError, TooLittleData
from mlengine.estimators import (
    RECOMMENDERS,
    ContentVectors,
    GraphFilter,
    ItemNeighbours,
    ItemRegression,
    MatrixFactorisation,
    SequenceRegression,
    Transitions,
)
from mlengine.estimators.recency import lateness
from socialml.settings.sources import _DEFAULT, _MORE


def choices(seed=3, people=60, items=12):
    """Return random choices, no pattern in them: what is asked is arithmetic alone."""
    rng = np.random.default_rng(seed)
    rows = [(u, int(i), 1.0) for u in range(people) for i in rng.choice(items, 4, replace=False)]
    return Interactions.from_rows(rows)


@pytest.mark.parametrize("negative", [0.0, 1.0])
def test_the_regression_solves_the_equations_it_states(negative):
    data = choices()
    x = data.matrix.toarray().astype(np.float64)

    model = ItemRegression(neighbours=50, negative=negative).fit(data)

    damped = x * x.sum(axis=1, keepdims=True) ** -0.25
    gram = damped.T @ damped
    ridge = 2.0 * gram.diagonal().mean()
    for j in range(12):
        others = np.delete(np.arange(12), j)
        system = gram[np.ix_(others, others)] + ridge * np.eye(11)
        weight = np.linalg.solve(system, gram[others, j])
        weight[weight < 0] *= negative
        assert model.strength_.toarray()[others, j] == pytest.approx(weight, abs=1e-5)
    assert not model.strength_.diagonal().any()


def test_one_step_of_the_whole_graph_is_the_plain_product():
    data = choices()
    x = data.matrix.toarray().astype(np.float64)

    model = GraphFilter(rank=12, power=1.0, user_damping=0.5, popularity_damping=0.3).fit(data)

    by_user, by_item = x.sum(axis=1) ** -0.5, x.sum(axis=0) ** -0.3
    a = by_user[:, None] * x * by_item
    plain = by_item[:, None] * (a.T @ a) / by_item
    np.fill_diagonal(plain, 0.0)
    largest = np.linalg.svd(a, compute_uv=False)[0] ** 2
    assert model.strength_.toarray() == pytest.approx(plain / largest, abs=1e-5)


def test_the_factors_of_a_person_minimise_the_stated_loss():
    data = choices()
    model = MatrixFactorisation(factors=4, unobserved=0.2, ridge=0.05).fit(data)
    chosen = data.matrix[:1].toarray()[0] > 0
    q = model.factors_.astype(np.float64)

    def loss(p):
        shrink = 0.05 * (chosen.sum() + 0.2 * len(q))
        error = (((q @ p) - 1.0) ** 2)[chosen].sum() + 0.2 * ((q @ p) ** 2).sum()
        return error + shrink * (p @ p)

    scores = model._scores(Histories.of_one(data.item_ids[chosen].tolist(), data.item_ids))[0]
    p = np.linalg.lstsq(q[scores > 0], scores[scores > 0].astype(np.float64), rcond=None)[0]
    rng = np.random.default_rng(0)
    assert all(loss(p) <= loss(p + 0.01 * rng.standard_normal(4)) for _ in range(50))


def test_factors_reach_items_that_no_neighbour_joins():
    # 0 and 3 were never chosen by the same person, but 1 and 2 join them.
    rows = [(u, i, 1.0) for u in range(20) for i in ((0, 1, 2) if u % 2 else (1, 2, 3))]
    data = Interactions.from_rows([*rows, *((u, 9, 1.0) for u in range(100, 120))])

    assert ItemNeighbours().fit(data).predict([0], k=3)[-1][0] != 3
    assert 3 in [item for item, _ in GraphFilter(power=2.0).fit(data).predict([0], k=3)]
    assert 3 in [i for i, _ in MatrixFactorisation(factors=2).fit(data).predict([0], k=3)]


def test_a_sequence_goes_forward_only():
    rows = [(u, i, 1.0, float(i)) for u in range(20) for i in (u % 2, u % 2 + 2, u % 2 + 4)]

    model = SequenceRegression(ridge=0.5).fit(Interactions.from_rows(rows))

    assert model.predict([0], k=1)[0][0] == 2
    assert model.predict([4], k=3) == []


@pytest.mark.parametrize("kind", [Transitions, SequenceRegression])
def test_what_is_chosen_lately_is_raised(kind):
    # From 0 as many went on to 1 as to 2; but 2 is where histories end.
    rows = []
    for u in range(40):
        walk = (0, 1, 5, 6) if u % 2 else (5, 6, 0, 2)
        rows += [(u, i, 1.0, float(t)) for t, i in enumerate(walk)]
    data = Interactions.from_rows(rows)

    late = lateness(data)
    assert late[data.item_ids.tolist().index(2)] > 1.0 > late[data.item_ids.tolist().index(1)]
    assert kind(recency=1.0).fit(data).predict([0], k=1)[0][0] == 2
    plain = dict(kind(recency=0.0).fit(data).predict([0], k=4))
    assert plain[1] == pytest.approx(plain[2], rel=0.05)


def test_without_order_there_is_no_sequence():
    with pytest.raises(TooLittleData, match="order of time"):
        SequenceRegression().fit(choices())


def test_what_nobody_chose_yet_is_found_by_its_looks():
    items = Items.from_vectors(
        np.arange(4), {"image": np.array([[1, 0], [0, 1], [1, 0.1], [0, 0]], dtype=np.float32)}
    )
    model = ContentVectors().fit(Interactions.from_rows([(1, 0, 1.0), (1, 1, 1.0)]), items=items)

    assert model.predict([0], k=1)[0][0] == 2
    assert 3 not in [item for item, _ in model.predict([0, 1], k=4)]


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({}, "no vectors"),
        ({"image": np.ones(3)}, "'image'"),
        ({"image": np.ones((3, 2)), "audio": np.ones((2, 2))}, "'audio'"),
        ({"image": np.full((2, 2), np.nan)}, "not finite"),
        ({"image": np.ones((2, 2)), "item_ids": np.array([7, 7])}, "twice"),
        ({"image": np.array([["a"]])}, "'image'"),
    ],
)
def test_bad_vectors_are_refused_by_name(tmp_path, arrays, says):
    path = tmp_path / "features.npz"
    np.savez(path, **arrays)

    with pytest.raises(DatasetError, match=says):
        read_vectors(path)


def test_a_file_that_holds_no_arrays_is_refused(tmp_path):
    path = tmp_path / "features.npz"
    path.write_bytes(b"PK no zip")

    with pytest.raises(DatasetError, match=r"features\.npz"):
        read_vectors(path)


def test_vectors_join_texts_by_item():
    texts = Items.from_texts({1: "one", 3: "three"})
    vectors = Items.from_vectors(np.array([2, 3]), {"image": np.eye(2, dtype=np.float32)})

    both = texts.with_vectors(vectors)

    assert both.item_ids.tolist() == [1, 2, 3]
    assert both.texts == ["one", "", "three"]
    assert both.vectors["image"].tolist() == [[0, 0], [1, 0], [0, 1]]


def test_every_source_that_reads_choices_may_be_named_in_the_settings():
    assert {*_DEFAULT, *_MORE} == RECOMMENDERS.keys() - {"content-vectors"}


def test_the_number_of_items_learned_from_survives_a_larger_catalogue():
    model = MatrixFactorisation(factors=4).fit(choices())
    file = BytesIO()
    model.over(np.arange(40)).save(file)

    loaded = MatrixFactorisation.load(BytesIO(file.getvalue()))

    assert loaded.predict([0, 1], k=3) == model.predict([0, 1], k=3)
