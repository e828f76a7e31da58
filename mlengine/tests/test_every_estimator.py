"""What every recommender promises. A new one is held to it by being listed."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from mlengine.datasets import Interactions, Items
from mlengine.errors import ArtifactError, NotFitted, TooLittleData
from mlengine.estimators import (
    RECOMMENDERS,
    ContentSimilarity,
    ContentVectors,
    GraphFilter,
    ItemNeighbours,
    ItemRegression,
    MatrixFactorisation,
    Popularity,
    SequenceRegression,
    Transitions,
)

PERSONAL = [
    ItemNeighbours(neighbours=4, shrinkage=0.0),
    ItemNeighbours(user_damping=1.0, popularity_damping=0.3, decay=0.8, minimum_pairs=2),
    ItemRegression(),
    ItemRegression(neighbours=3, user_damping=1.0, negative=1.0, decay=0.8),
    GraphFilter(power=1.0),
    GraphFilter(rank=2, power=0.0, popularity_damping=0.5, decay=0.8),
    MatrixFactorisation(factors=8),
    Transitions(window=8, decay=0.9),
    SequenceRegression(ridge=1.0),
    ContentSimilarity(),
    ContentVectors(),
]
ALL = [*PERSONAL, Popularity(), Popularity(half_life_days=1.0)]

# Two tastes: even users like even items, odd users odd ones, in order of the item's number.
# User 0 has yet to see item 6.
ROWS = [
    (u, i, 1.0, float(i)) for u in range(8) for i in range(8) if u % 2 == i % 2 and (u, i) != (0, 6)
]
OTHER_ROWS = [(1, 100, 1.0, 1.0), (1, 200, 1.0, 2.0), (2, 100, 1.0, 1.0), (2, 200, 1.0, 2.0)]
TEXTS = {i: "calm water #lake" if i % 2 else "fast wheels #race" for i in range(8)}
OTHER_TEXTS = {100: "warm bread", 200: "warm soup"}


@pytest.fixture(params=ALL, ids=lambda e: f"{e.kind}-{ALL.index(e)}")
def estimator(request):
    return request.param


@pytest.fixture(params=PERSONAL, ids=lambda e: f"{e.kind}-{PERSONAL.index(e)}")
def personal(request):
    return request.param


def described(texts):
    """Return items with these texts, and a picture in which the same words look the same."""
    items = Items.from_texts(texts)
    looks = {word: n for n, word in enumerate(sorted({t.split()[0] for t in texts.values()}))}
    pictures = np.eye(max(len(looks), 2), dtype=np.float32)
    rows = [pictures[looks[text.split()[0]]] for text in items.texts]
    return replace(items, vectors={"image": np.array(rows)})


def fitted(estimator, rows=ROWS, texts=TEXTS):
    return estimator.fit(Interactions.from_rows(rows), items=described(texts))


def stored(estimator):
    file = BytesIO()
    estimator.save(file)
    return file.getvalue()


def test_every_kind_is_held_to_these_promises():
    assert {e.kind for e in ALL} == RECOMMENDERS.keys()


def test_finds_the_one_item_left_of_a_known_taste(personal):
    ranked = fitted(personal).predict([0, 2, 4], k=3)

    assert [item for item, _ in ranked] == [6]


def test_scores_a_perfect_recall_on_that_taste(personal):
    train = Interactions.from_rows(ROWS)

    report = fitted(personal).evaluate(train, Interactions.from_rows([(0, 6, 1.0)]), k=5)

    assert (report.users, report.recall, report.ndcg) == (1, 1.0, 1.0)


def test_beats_popularity_on_the_seeded_set(personal):
    train, held_out, items = two_hundred_tastes()

    report = personal.fit(train, items=items).evaluate(train, held_out, k=5)

    baseline = Popularity().fit(train).evaluate(train, held_out, k=5)
    assert report.ndcg > 1.5 * baseline.ndcg > 0


def test_a_second_fit_forgets_the_first(personal):
    fitted(personal)
    fitted(personal, OTHER_ROWS, OTHER_TEXTS)

    assert personal.predict([0, 2, 4], k=3) == []
    assert [item for item, _ in personal.predict([100], k=3)] == [200]


def test_an_unknown_history_gets_nothing_personal(personal):
    assert fitted(personal).predict([999, -5], k=3) == []
    assert personal.predict([], k=3) == []


def test_never_shows_what_was_met_or_excluded(estimator):
    ranked = fitted(estimator).predict([0, 2], k=8, exclude=[4, 999])

    assert ranked
    assert not {item for item, _ in ranked} & {0, 2, 4}


def test_is_deterministic_best_first_and_positive(estimator):
    once = fitted(estimator).predict([0], k=8)
    again = fitted(estimator).predict([0], k=8)

    assert once == again
    assert [score for _, score in once] == sorted((s for _, s in once), reverse=True)
    assert all(score > 0 for _, score in once)


def test_survives_a_save_and_load(estimator):
    loaded = type(estimator).load(BytesIO(stored(fitted(estimator))))

    assert loaded.predict([0, 2], k=5) == estimator.predict([0, 2], k=5)
    assert loaded.settings() == estimator.settings()
    assert stored(loaded) == stored(estimator)


def test_ranks_many_people_as_it_ranks_one(estimator):
    train = Interactions.from_rows(ROWS)
    fitted(estimator)

    ids, scores = estimator.score_users(train.histories(estimator.item_ids_), k=3, chunk=3)

    for row, user in enumerate(train.user_ids):
        history = [item for u, item, _, _ in ROWS if u == user]
        alone = estimator.predict(history, k=3)
        assert [i for i in ids[row].tolist() if i >= 0] == [item for item, _ in alone]
        assert scores[row][: len(alone)] == pytest.approx([s for _, s in alone], rel=1e-5)
        assert not scores[row][len(alone) :].any()


def test_knows_nothing_of_items_added_to_its_catalogue(estimator):
    wider = fitted(estimator).over(np.array([-7, *range(8), 90], dtype=np.int64))

    assert wider.predict([0, 2], k=9) == estimator.predict([0, 2], k=9)
    assert len(estimator.item_ids_) == 8


def test_leaves_its_input_alone(estimator):
    train = Interactions.from_rows(ROWS)
    before, ages = train.matrix.copy(), train.age.copy()

    estimator.fit(train, items=described(TEXTS)).predict([0], k=3)

    assert (before != train.matrix).nnz == 0
    assert (ages == train.age).all()


def test_asks_for_more_than_there_is_without_harm(estimator):
    assert len(fitted(estimator).predict([0], k=1000)) <= 7
    assert estimator.predict([0], k=0) == []


def test_refuses_to_predict_or_save_before_fit(estimator):
    fresh = type(estimator)()

    with pytest.raises(NotFitted):
        fresh.predict([1], k=3)
    with pytest.raises(NotFitted):
        fresh.save(BytesIO())


def test_refuses_too_little_data(estimator):
    with pytest.raises(TooLittleData):
        type(estimator)().fit(Interactions.from_rows([(1, 1, 1.0, 1.0)]))


def test_refuses_a_damaged_file(estimator):
    whole = stored(fitted(estimator))
    damaged = [b"", whole[:10], whole[: len(whole) // 2], whole[:-1]]

    for content in damaged:
        with pytest.raises(ArtifactError):
            type(estimator).load(BytesIO(content))


def test_refuses_the_file_of_another_kind(estimator):
    other = Popularity() if estimator.kind != "popularity" else ItemNeighbours()

    with pytest.raises(ArtifactError, match="Expected"):
        type(estimator).load(BytesIO(stored(fitted(other))))


def two_hundred_tastes():
    """Return train, held-out and items of 200 people who mostly stay in one of 10 groups.

    Each draws 9 of 10 choices from the 20 items of their group and the rest from anywhere;
    popular and unpopular items are alike in every group.
    """
    rng = np.random.default_rng(7)
    rows = []
    for user in range(200):
        group = user % 10
        own = rng.choice(20, size=11, replace=False, p=np.arange(20, 0, -1) / 210) * 10 + group
        stray = rng.choice(200, size=1)
        rows += [(user, int(item), 1.0, float(t)) for t, item in enumerate([*stray, *own])]
    last = [row for row in rows if row[3] >= 9]
    items = described({i: f"group{i % 10} item{i}" for i in range(200)})
    kept = [row for row in rows if row[3] < 9]
    return Interactions.from_rows(kept), Interactions.from_rows(last), items
