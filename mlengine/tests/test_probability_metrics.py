"""Figures of probabilities and forecasts against those of scikit-learn and scipy."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from mlengine.metrics.calibration import average_precision, brier, calibration_error, roc_auc
from mlengine.metrics.forecasting import spearman


@pytest.mark.parametrize("decimals", [1, 12])
def test_agrees_with_scikit_learn_with_and_without_ties(decimals):
    rng = np.random.default_rng(decimals)
    labels = rng.integers(0, 2, 500)
    scores = np.clip(labels * 0.3 + rng.random(500) * 0.7, 0, 1).round(decimals)

    assert roc_auc(labels, scores) == pytest.approx(metrics.roc_auc_score(labels, scores))
    assert average_precision(labels, scores) == pytest.approx(
        metrics.average_precision_score(labels, scores)
    )
    assert brier(labels, scores) == pytest.approx(metrics.brier_score_loss(labels, scores))


def test_agrees_with_scipy_on_the_order_of_tied_counts():
    rng = np.random.default_rng(5)
    truth, forecast = rng.poisson(3, 300), rng.poisson(3, 300)

    assert spearman(truth, forecast) == pytest.approx(stats.spearmanr(truth, forecast).statistic)


def test_a_forecast_that_says_the_same_of_all_orders_nothing():
    assert spearman([1, 2, 3], [7, 7, 7]) == 0.0


def test_one_class_alone_has_no_order_to_judge():
    assert np.isnan(roc_auc([1, 1], [0.2, 0.3]))
    assert np.isnan(average_precision([0, 0], [0.2, 0.3]))


def test_calibration_error_is_the_gap_between_said_and_seen():
    said = np.r_[np.full(100, 0.9), np.full(100, 0.2)]
    seen = np.r_[np.ones(60), np.zeros(40), np.ones(20), np.zeros(80)]

    assert calibration_error(seen, said) == pytest.approx(0.5 * 0.3 + 0.5 * 0.0)
