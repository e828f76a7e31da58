"""What an account might do next, and what a class rests on."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from mlengine.datasets.acts import FEATURES
from mlengine.estimators.behaviour import BehaviourModel
from mlengine.estimators.forest import CompiledForest
from mlengine.estimators.logistic import CalibratedLogistic
from mlengine.estimators.next_action import KEEP_GOING, next_actions

FOLLOWS = FEATURES.index("follows_last_month")


@pytest.fixture(scope="module")
def crowd():
    """Rows of features, of which follows alone say who stays; returns rows and who goes."""
    rng = np.random.default_rng(0)
    rows = rng.poisson(2.0, (600, len(FEATURES))).astype(np.float64)
    is_gone = rng.random(600) < 1 / (1 + np.exp(2 * (rows[:, FOLLOWS] - 2)))
    rows[:, FOLLOWS] = np.log1p(rows[:, FOLLOWS])
    return rows, is_gone


def model_of(rows, is_gone, names=FEATURES):
    classes = np.digitize(rows[:, FOLLOWS], [0.5, 1.5])
    forest = RandomForestClassifier(20, max_depth=5, random_state=0).fit(rows, classes)
    churn = CalibratedLogistic(l2=1.0).fit(rows, is_gone, names=names)
    return BehaviourModel(classes=CompiledForest.compile(forest), churn=churn)


def test_names_what_those_that_stay_do_more_of(crowd):
    rows, is_gone = crowd
    model = model_of(rows, is_gone)

    said = next_actions(model, rows)

    assert {one["action"] for one in said} == {"follow_authors"}
    assert all(one["times"] == 3 for one in said)
    risk = model.churn_risk(rows)
    assert (np.array([one["risk_after"] for one in said]) < risk + 1e-4).all()


def test_says_to_go_on_where_nothing_lowers_the_risk(crowd):
    rows, is_gone = crowd
    model = model_of(rows, is_gone)
    # Whatever somebody does more of raises it.
    model.churn.coefficients_ = np.abs(model.churn.coefficients_)

    said = next_actions(model, rows)

    assert {(one["action"], one["times"]) for one in said} == {(KEEP_GOING, 0)}


def test_a_model_of_before_there_were_so_many_features_still_judges(crowd):
    rows, is_gone = crowd
    model = model_of(rows[:, :-2], is_gone, FEATURES[:-2])

    assert len(next_actions(model, rows)) == len(rows)
    assert model.class_effects(rows).shape == (600, len(FEATURES) - 2)


def test_what_moves_a_class_adds_up_to_the_class_expected(crowd):
    rows, is_gone = crowd
    model = model_of(rows, is_gone)

    effects = model.class_effects(rows)

    expected = model.class_probabilities(rows) @ np.arange(3)
    np.testing.assert_allclose(effects.sum(axis=1) - expected, (effects.sum(axis=1) - expected)[0])
    assert np.abs(effects).sum(axis=0).argmax() == FOLLOWS
