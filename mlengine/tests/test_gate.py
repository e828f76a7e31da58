"""Who goes live: better than the baseline beyond chance, and no worse than what serves."""

import numpy as np
import pytest

from mlengine.errors import NotFinite
from mlengine.metrics.intervals import mean_interval
from mlengine.pipelines import Judged, gate


def judged(units):
    return Judged(float(np.mean(units)), units=np.asarray(units, dtype=np.float64))


def people(mean, *, spread=0.2, count=400, seed=1):
    """Return scores of people whose true mean is `mean`."""
    return np.random.default_rng(seed).normal(mean, spread, count)


def test_a_candidate_that_helps_nearly_everybody_a_little_goes_live():
    base = people(0.3)

    decision = gate("ndcg@20", candidate=judged(base + 0.01), baseline=judged(base), live=None)

    assert decision.is_promoted
    assert decision.verdict == (
        f"Promoted: ndcg@20 {base.mean() + 0.01:.4f}, +0.0100 (95 % interval +0.0100 to +0.0100)"
        f" over the baseline's {base.mean():.4f}; none was live."
    )


def test_scores_alone_are_told_side_by_side():
    decision = gate("auc", candidate=Judged(0.3), baseline=Judged(0.2), live=Judged(0.25))

    assert decision.verdict == (
        "Promoted: auc 0.3000 against the baseline's 0.2000 and against the live version's 0.2500."
    )


def test_a_better_mean_that_may_be_chance_is_kept_back_with_its_interval():
    candidate, base = people(0.30, count=30, seed=1), people(0.30, count=30, seed=2)
    candidate += base.mean() - candidate.mean() + 0.01

    decision = gate("ndcg@20", candidate=judged(candidate), baseline=judged(base), live=None)

    assert not decision.is_promoted
    low, high = decision.above["baseline"].low, decision.above["baseline"].high
    assert low < 0 < high
    assert f"+0.0100 (95 % interval {low:+.4f} to {high:+.4f})" in decision.verdict
    assert decision.verdict.endswith("that may be chance.")


def test_of_two_alike_to_the_live_version_the_better_one_follows_it_within_the_margin():
    live = people(0.30, count=4_000)
    noise = np.random.default_rng(3).normal(0, 0.1, 4_000)
    candidate = live + noise - noise.mean() + 0.001
    base = live - 0.1

    decision = gate("ndcg", candidate=judged(candidate), baseline=judged(base), live=judged(live))

    assert decision.above["live"].low < 0
    assert decision.is_promoted


def test_a_candidate_that_may_be_much_worse_than_the_live_version_is_kept_back():
    live = people(0.30, count=40)
    noise = np.random.default_rng(3).normal(0, 0.3, 40)
    candidate = live + noise - noise.mean() + 0.001

    decision = gate(
        "ndcg", candidate=judged(candidate), baseline=judged(live - 0.2), live=judged(live)
    )

    assert not decision.is_promoted
    assert decision.verdict.endswith("it may be worse.")
    assert "over the live version's" in decision.verdict


@pytest.mark.parametrize("gain", [0.0, -0.001])
def test_no_better_than_the_live_version_is_kept_back_however_sure(gain):
    live = people(0.30)

    decision = gate(
        "ndcg", candidate=judged(live + gain), baseline=judged(live - 0.2), live=judged(live)
    )

    assert not decision.is_promoted
    assert decision.verdict.endswith("it is not better.")


def test_a_score_that_is_no_number_promotes_nothing():
    for scores in ((np.nan, 0.1, None), (0.3, np.nan, None), (0.3, 0.1, np.inf)):
        candidate, baseline, live = (None if one is None else Judged(one) for one in scores)
        with pytest.raises(NotFinite):
            gate("ndcg", candidate=candidate, baseline=baseline, live=live)


def test_the_same_people_give_the_same_interval_and_more_people_a_narrower_one():
    few, many = (mean_interval(people(0.1, count=count)) for count in (50, 5_000))

    assert mean_interval(people(0.1, count=50)) == few
    assert many.high - many.low < (few.high - few.low) / 5


def test_the_interval_holds_the_true_mean_in_about_95_of_100_cases():
    found = [mean_interval(people(0.1, count=100, seed=seed)) for seed in range(200)]

    assert 0.91 <= np.mean([one.low <= 0.1 <= one.high for one in found]) <= 0.99
