"""Probabilities of yes or no."""

from io import BytesIO

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from mlengine.errors import ArtifactError, NotFitted, TooLittleData
from mlengine.estimators.logistic import CalibratedLogistic
from mlengine.estimators.tables import TableEncoder
from mlengine.metrics.calibration import calibration_error, roc_auc

NAMES = ["silence", "habit", "noise"]


def people(count=2000, seed=0):
    """Return rows and labels of a known process: log-odds 1.5 x silence - habit."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 3)) * [1.0, 10.0, 1.0] + [0.0, 50.0, 0.0]
    logit = 1.5 * rows[:, 0] - (rows[:, 1] - 50.0) / 10.0
    return rows, (rng.random(count) < 1 / (1 + np.exp(-logit))).astype(float)


def test_agrees_with_scikit_learn_without_calibration():
    rows, labels = people()
    model = CalibratedLogistic(calibration="none").fit(rows, labels, names=NAMES)

    scaled = StandardScaler().fit_transform(rows)
    wanted = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(scaled, labels)

    assert model.coefficients_ == pytest.approx(wanted.coef_[0], abs=1e-5)
    assert model.predict(rows) == pytest.approx(wanted.predict_proba(scaled)[:, 1], abs=1e-5)


@pytest.mark.parametrize("calibration", ["platt", "isotonic"])
def test_finds_the_planted_process_and_means_what_it_says(calibration):
    model = CalibratedLogistic(calibration=calibration).fit(*people(), names=NAMES)

    rows, labels = people(seed=1)
    said = model.predict(rows)
    assert roc_auc(labels, said) > 0.85
    assert calibration_error(labels, said) < 0.04
    assert model.coefficients_ == pytest.approx([1.5, -1.0, 0.0], abs=0.2)


@pytest.mark.parametrize("calibration", ["platt", "isotonic"])
def test_calibration_mends_what_a_heavy_penalty_bends(calibration):
    rows, labels = people()
    bent = CalibratedLogistic(l2=5_000.0, calibration="none").fit(rows, labels, names=NAMES)
    mended = CalibratedLogistic(l2=5_000.0, calibration=calibration).fit(rows, labels, names=NAMES)

    later, truth = people(seed=1)
    assert calibration_error(truth, bent.predict(later)) > 0.1
    assert calibration_error(truth, mended.predict(later)) < 0.05


def test_the_reasons_add_up_and_know_an_average_row():
    model = CalibratedLogistic(calibration="none").fit(*people(), names=NAMES)
    row = [2.0, 40.0, 0.0]

    parts = model.contributions(row)

    logit = np.log(model.predict(row)[0] / (1 - model.predict(row)[0]))
    assert sum(parts.values()) + model.intercept_ == pytest.approx(logit)
    assert parts["silence"] > 0 < parts["habit"]
    assert model.contributions(model.mean_) == dict.fromkeys(NAMES, 0.0)


def test_an_unknown_value_says_nothing():
    model = CalibratedLogistic().fit(*people(), names=NAMES)

    assert model.contributions([np.nan, 40.0, np.inf])["silence"] == 0.0
    assert model.predict([np.nan, np.nan, np.nan]) == pytest.approx(model.predict(model.mean_))


def test_separable_and_constant_columns_do_not_run_away():
    rows = np.column_stack([np.r_[np.zeros(20), np.ones(20)], np.full(40, 7.0)])
    labels = rows[:, 0]

    model = CalibratedLogistic(l2=0.0).fit(rows, labels, names=["all", "same"])

    said = model.predict(rows)
    assert ((said > 0) & (said < 1)).all()
    assert said[0] < 0.1 < 0.9 < said[-1]


def test_survives_a_save_and_load():
    model = CalibratedLogistic(calibration="isotonic").fit(*people(), names=NAMES)
    file = BytesIO()
    model.save(file)
    rows, _ = people(seed=2)

    loaded = CalibratedLogistic.load(BytesIO(file.getvalue()))

    assert (loaded.predict(rows) == model.predict(rows)).all()
    assert loaded.names_ == NAMES
    with pytest.raises(ArtifactError):
        CalibratedLogistic.load(BytesIO(file.getvalue()[:-30]))


def test_refuses_before_fit_on_one_class_and_of_another_width():
    rows, labels = people(100)

    with pytest.raises(NotFitted):
        CalibratedLogistic().predict(rows)
    with pytest.raises(TooLittleData):
        CalibratedLogistic().fit(rows, np.ones(100), names=NAMES)
    with pytest.raises(ValueError, match="features"):
        CalibratedLogistic().fit(rows, labels, names=NAMES).predict(rows[:, :2])


def test_a_table_becomes_numbers_without_its_identifiers():
    columns = {
        "id": [str(i) for i in range(40)],
        "plan": ["free", "paid"] * 20,
        "name": [f"person {i}" for i in range(40)],
        "spent": [str(2.0 ** (39 - i)) if i else "" for i in range(40)],
        "age": [str(20 + i % 7) for i in range(40)],
    }

    encoder = TableEncoder().fit(columns)
    rows = encoder.transform(columns)

    assert encoder.names_ == ["spent", "age", "plan is paid"]
    assert np.isnan(rows[0, 0])
    assert rows[1, 0] == pytest.approx(np.log1p(2.0**38))
    assert rows[:4, 2].tolist() == [0.0, 1.0, 0.0, 1.0]


def test_a_table_with_other_kinds_or_without_a_column_is_still_read():
    encoder = TableEncoder().fit({"plan": ["free", "paid"] * 20, "age": ["1", "2"] * 20})

    rows = encoder.transform({"plan": ["gold", "paid"]})

    assert rows[:, 1].tolist() == [0.0, 1.0]
    assert np.isnan(rows[:, 0]).all()


def test_a_table_that_tells_nothing_apart_is_refused():
    with pytest.raises(TooLittleData):
        TableEncoder().fit({"id": [str(i) for i in range(40)]})
