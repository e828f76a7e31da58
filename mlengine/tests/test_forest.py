"""Compiled trees say what scikit-learn's say."""

import time
from io import BytesIO

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression

from mlengine.errors import ArtifactError
from mlengine.estimators.forest import CompiledForest

MODELS = {
    "forest": RandomForestClassifier(20, random_state=0),
    "forest of balanced classes": RandomForestClassifier(
        20, class_weight="balanced", random_state=0
    ),
    "forest of numbers": RandomForestRegressor(20, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=20, random_state=0),
    "boosting of a share of rows": GradientBoostingClassifier(
        n_estimators=20, subsample=0.5, random_state=0
    ),
    "boosting of numbers": GradientBoostingRegressor(n_estimators=20, random_state=0),
    "boosting of a quantile": GradientBoostingRegressor(
        loss="quantile", alpha=0.9, n_estimators=20, random_state=0
    ),
}


def table(classes=2, rows=400):
    return make_classification(
        rows, 8, n_informative=6, n_redundant=0, n_classes=classes, random_state=1
    )


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_scikit_learn(name, classes):
    rows, labels = table(classes)
    model = MODELS[name].fit(rows[:300], labels[:300])

    said = CompiledForest.compile(model).predict(rows)

    wanted = (
        model.predict_proba(rows) if hasattr(model, "classes_") else model.predict(rows)[:, None]
    )
    assert said.shape == wanted.shape
    assert np.abs(said - wanted).max() < 1e-6


def test_a_row_alone_says_what_it_says_among_others():
    rows, labels = table()
    forest = CompiledForest.compile(MODELS["forest"].fit(rows, labels))

    together = forest.predict(rows[:50])

    assert np.array([forest.predict(row)[0] for row in rows[:50]]) == pytest.approx(together)
    assert forest.predict(np.zeros((0, 8))).shape == (0, 2)


def test_survives_a_save_and_load():
    rows, labels = table(3)
    forest = CompiledForest.compile(MODELS["boosting"].fit(rows, labels))
    file = BytesIO()
    forest.save(file)
    file.seek(0)

    assert (CompiledForest.load(file).predict(rows) == forest.predict(rows)).all()


def test_is_far_faster_than_scikit_learn_for_one_row():
    rows, labels = table()
    model = RandomForestClassifier(100, max_depth=10, random_state=0).fit(rows, labels)
    forest = CompiledForest.compile(model)

    # The best of several runs in the same process, so a busy machine slows both alike.
    compiled = min(timed(forest.predict, rows[i]) for i in range(50))
    original = min(timed(model.predict_proba, rows[i : i + 1]) for i in range(10))

    assert compiled < original / 10


def timed(predict, row):
    started = time.perf_counter()
    predict(row)
    return time.perf_counter() - started


@pytest.mark.parametrize(
    "bad", [np.zeros(7), np.zeros((2, 9)), np.full(8, np.nan), np.zeros((1, 1, 8))]
)
def test_refuses_rows_it_cannot_read(bad):
    rows, labels = table()
    forest = CompiledForest.compile(MODELS["forest"].fit(rows, labels))

    with pytest.raises(ValueError, match="feature"):
        forest.predict(bad)


def test_refuses_a_model_that_is_no_forest():
    with pytest.raises(TypeError, match="LogisticRegression"):
        CompiledForest.compile(LogisticRegression())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("left", np.int32(10**6)),
        ("feature", np.int32(8)),
        ("feature", np.int32(-1)),
        ("roots", np.int32(-5)),
    ],
)
def test_refuses_a_stored_forest_that_points_outside_itself(name, value):
    rows, labels = table()
    forest = CompiledForest.compile(MODELS["forest"].fit(rows, labels))
    broken = getattr(forest, name).copy()
    broken[3] = value
    setattr(forest, name, broken)
    file = BytesIO()
    forest.save(file)
    file.seek(0)

    with pytest.raises(ArtifactError):
        CompiledForest.load(file)
