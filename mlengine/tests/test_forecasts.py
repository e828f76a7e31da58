"""Forecasts of counts with intervals."""

from io import BytesIO

import numpy as np
import pytest

from mlengine.datasets.posts import PostOutcomes
from mlengine.errors import ArtifactError, TooLittleData
from mlengine.estimators.post_features import author_level
from mlengine.estimators.post_forecast import PostForecast
from mlengine.estimators.post_forecast_fitting import earlier_outcomes, post_forecast_fit
from mlengine.estimators.quantile_fitting import forecast_fit
from mlengine.estimators.quantiles import QuantileForecast
from mlengine.estimators.word_ridge import WordRidge
from mlengine.metrics.forecasting import interval_coverage, interval_width, spearman


def outcomes(count=600, seed=0):
    """Return rows and counts: log count is twice the first feature, with noise of 0.5."""
    rng = np.random.default_rng(seed)
    rows = rng.random((count, 3))
    return rows, np.expm1(np.maximum(2 * rows[:, 0] + 2 + 0.5 * rng.normal(size=count), 0))


@pytest.fixture(scope="module")
def forecast():
    return forecast_fit(*outcomes(400), trees=40)


def test_covers_nine_in_ten_and_orders_what_it_can(forecast):
    rows, counts = outcomes(2000, seed=1)

    said = forecast.predict(rows)

    assert 0.86 < interval_coverage(counts, said.low, said.high) < 0.96
    assert spearman(counts, said.middle) > 0.6
    # The noise alone spans 2 x 1.645 x 0.5 = 1.65; not knowing the feature would span 2.4.
    assert interval_width(said.low, said.high) < 2.2


def test_the_ends_hold_the_middle_and_are_no_less_than_nothing(forecast):
    said = forecast.predict(np.random.default_rng(2).normal(size=(500, 3)) * 5)

    assert (said.low >= 0).all()
    assert ((said.low <= said.middle) & (said.middle <= said.high)).all()


def test_survives_a_save_and_load(forecast):
    file = BytesIO()
    forecast.save(file)
    rows, _ = outcomes(seed=3)

    loaded = QuantileForecast.load(BytesIO(file.getvalue()))

    assert (loaded.predict(rows).high == forecast.predict(rows).high).all()
    with pytest.raises(ArtifactError):
        QuantileForecast.load(BytesIO(file.getvalue()[:-30]))


def test_refuses_too_few_rows():
    with pytest.raises(TooLittleData):
        forecast_fit(np.zeros((49, 2)), np.zeros(49))
    with pytest.raises(TooLittleData):
        WordRidge().fit([], np.zeros(0))


def test_words_learn_what_they_are_worth():
    texts = ["free kittens", "tax forms", "kittens again", "more tax"] * 10
    ridge = WordRidge(l2=0.1).fit(texts, np.array([5.0, 1.0, 5.0, 1.0] * 10))

    high, low, unknown = ridge.predict(["kittens", "tax", "zebra"])

    assert high > 4.5 > 1.5 > low
    assert unknown == pytest.approx(3.0)


def posts(count=120):
    """Return posts of two authors, of whom one earns ten times as much, kittens doubling it."""
    rng = np.random.default_rng(4)
    texts, authors, earned = [], [], []
    for i in range(count):
        star, kittens = i % 2 == 0, rng.random() < 0.5
        texts.append("look at my kittens" if kittens else "my day at work")
        authors.append("star" if star else "unknown")
        earned.append((1000 if star else 100) * (2 if kittens else 1) * np.exp(0.1 * rng.normal()))
    return PostOutcomes.of(texts, authors, [i * 3600.0 for i in range(count)], earned)


def test_a_post_is_forecast_from_its_words_and_its_author():
    model = post_forecast_fit(posts(), trees=60)

    said = model.predict(
        ["look at my kittens", "my day at work", "look at my kittens"],
        pasts=[[1000, 1500] * 5, [1000, 1500] * 5, [100, 150] * 5],
    ).middle

    assert said[0] > 1.3 * said[1]
    assert said[0] > 4 * said[2]


def test_parts_of_words_tell_of_words_that_are_written_otherwise():
    texts = ["sleepy kittens", "long meeting"] * 20
    earned = np.array([5.0, 1.0] * 20)
    asked = ["kittenish", "meetings"]

    whole = WordRidge(l2=0.1).fit(texts, earned).predict(asked)
    parts = WordRidge(l2=0.1, pieces=True).fit(texts, earned).predict(asked)

    assert whole[0] == whole[1] == pytest.approx(3.0)
    assert parts[0] > 3.5 > 2.5 > parts[1]


def test_an_author_of_few_posts_is_held_to_earn_the_usual():
    usual = float(np.log1p(100.0))

    assert author_level([], usual=usual) == pytest.approx(usual)
    assert usual < author_level([1000.0], usual=usual) < np.log1p(400.0)
    assert author_level([1000.0] * 50, usual=usual) > np.log1p(800.0)


def test_newer_posts_count_for_more_in_the_width_of_an_interval():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(400, 2))
    noise = rng.normal(size=400) * np.where(np.arange(400) < 300, 1.0, 0.1)
    counts = np.expm1(np.maximum(5.0 + noise, 0.0))
    widths = []
    for importance in (None, np.where(np.arange(400) < 300, 0.05, 1.0)):
        said = forecast_fit(rows, counts, trees=20, importance=importance).predict(rows[-50:])
        widths.append(float(np.log1p(said.high).mean() - np.log1p(said.low).mean()))

    assert widths[1] < 0.7 * widths[0]


def test_a_stored_post_forecast_says_the_same_and_damage_is_refused():
    model = post_forecast_fit(posts(60), trees=3)
    file = BytesIO()
    model.save(file)

    loaded = PostForecast.load(BytesIO(file.getvalue()))

    asked = {"texts": ["kittens", ""], "pasts": [[], [5.0]], "at": [0.0, 7200.0]}
    assert loaded.predict(**asked).middle.tolist() == model.predict(**asked).middle.tolist()
    with pytest.raises(ArtifactError):
        PostForecast.load(BytesIO(file.getvalue()[:-30]))


def test_the_past_of_a_post_never_holds_itself_or_what_came_later():
    pasts = earlier_outcomes(
        PostOutcomes.of(["c", "a", "b"], ["ann", "ann", "bob"], [3, 1, 2], [30, 10, 20])
    )

    assert pasts == [[], [], [10.0]]


def test_refuses_too_few_posts():
    with pytest.raises(TooLittleData):
        post_forecast_fit(posts(49))
