"""Who comes back: BG/NBD, features as of a day, and the judge of both."""

import json

import numpy as np
import pytest

from mlengine.datasets.visits import FEATURES, read_visits
from mlengine.errors import DatasetError, NotFitted, TooLittleData
from mlengine.estimators.buy_till_die import BuyTillDie
from mlengine.evaluation import returning
from mlengine.metrics.calibration import roc_auc


def lives(accounts=1500, days=400, seed=0):
    """Return each account's days: rates gamma(1, 20), chances of leaving after each beta(1, 4)."""
    rng = np.random.default_rng(seed)
    rates, chances = rng.gamma(1.0, 1 / 20, accounts), rng.beta(1.0, 4.0, accounts)
    found = []
    for rate, chance in zip(rates, chances, strict=True):
        came = [float(rng.integers(0, 100))]
        while rng.random() > chance and came[-1] < days:
            came.append(came[-1] + rng.exponential(1 / rate))
        found.append(sorted({day // 1 for day in came if day < days}))
    return found


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    rows = ["who,when,paid"]
    start = np.datetime64("2026-01-01")
    for who, days in enumerate(lives()):
        rows += [f"{who},{start + int(day)},1.5" for day in days]
    path = tmp_path_factory.mktemp("visits") / "visits.csv"
    path.write_text("\n".join(rows))
    return path


@pytest.fixture(scope="module")
def visits(table):
    return read_visits(table, account="who", time="when", value="paid")


MIDDLE = float(np.datetime64("2026-08-01").astype(int))


def test_the_baseline_finds_how_the_accounts_were_made(visits):
    rhythm = visits.before(MIDDLE).rhythm(MIDDLE)
    model = BuyTillDie().fit(*rhythm)

    r, alpha, a, b = model.shape_
    assert r / alpha == pytest.approx(1 / 20, rel=0.35)
    assert a / (a + b) == pytest.approx(1 / 5, rel=0.35)
    came = visits.came(MIDDLE, MIDDLE + 90)
    said = model.returns(*rhythm, within=90.0)
    assert said.mean() == pytest.approx(came.mean(), abs=0.04)
    assert roc_auc(came.astype(float), said) > 0.75


def test_more_time_brings_more_returns_and_silence_fewer(visits):
    model = BuyTillDie().fit(*visits.before(MIDDLE).rhythm(MIDDLE))
    one, ten, hundred = np.array([3.0]), np.array([40.0]), np.array([140.0])

    assert model.returns(one, ten, ten, within=30.0) < model.returns(one, ten, ten, within=60.0)
    assert model.alive(one, ten, hundred) < model.alive(one, ten, ten)
    assert model.expected(one, ten, hundred, within=30.0) < model.expected(
        one, ten, ten, within=30.0
    )


def test_the_baseline_refuses_too_few_accounts_and_to_answer_before_fit():
    few = np.ones(9)

    with pytest.raises(TooLittleData):
        BuyTillDie().fit(few, few, few)
    with pytest.raises(NotFitted):
        BuyTillDie().alive(few, few, few)


def test_features_of_a_day_know_nothing_after_it(visits):
    known = visits.before(MIDDLE)

    assert max(days[-1] for days in known.days) < MIDDLE
    assert known.features(MIDDLE).shape == (len(known.days), len(FEATURES))
    assert len(visits.came(MIDDLE, MIDDLE + 90)) == len(known.days)


def test_the_judge_compares_with_the_baseline_on_the_same_accounts(table):
    result = returning.evaluate(
        data=table, account="who", time="when", value="paid", at="2026-08-01", days=90
    )

    assert result["roc_auc"] > 0.75
    assert result["calibration_error"] < 0.06
    assert result["bg_nbd"]["roc_auc"] > 0.75
    json.dumps(result, allow_nan=False)


@pytest.mark.parametrize("wrong", [{"at": "soon"}, {"days": 0}, {"account": "nobody"}])
def test_what_cannot_be_judged_is_refused_in_words(table, wrong):
    asked = {"account": "who", "time": "when", "at": "2026-08-01", "days": 90} | wrong

    with pytest.raises(DatasetError):
        returning.evaluate(data=table, **asked)
