"""Bursts in a stream of counts, judged point by point."""

import math
from dataclasses import asdict

import numpy as np
import pytest

from mlengine.estimators.bursts import BurstDetector

FIVE_MINUTES = 300.0


def quiet_weeks(days=14, seed=0):
    """Return Poisson counts every five minutes, about 20, with a daily rhythm of half as much."""
    rng = np.random.default_rng(seed)
    moments = np.arange(days * 288) * FIVE_MINUTES
    level = 20 * (1 + 0.5 * np.sin(2 * np.pi * moments / 86_400))
    return moments, rng.poisson(level).astype(float)


def reports(moments, counts, **settings):
    detector = BurstDetector(**settings)
    judged = [detector.judge(at=at, count=c) for at, c in zip(moments, counts, strict=True)]
    return [i for i, judgement in enumerate(judged) if judgement.is_burst]


def test_says_nothing_about_chance_and_the_rhythm_of_a_day():
    assert reports(*quiet_weeks()) == []


def test_reports_a_planted_burst_at_once_and_once():
    moments, counts = quiet_weeks()
    counts[3000:3012] += 400

    assert reports(moments, counts) == [3000]


def test_reports_again_when_a_burst_comes_back_later_and_larger():
    moments, counts = quiet_weeks()
    counts[2000:2006] += 400
    counts[3500:3506] += 1500

    assert reports(moments, counts) == [2000, 3500]


def test_what_bursts_every_day_becomes_usual():
    moments, counts = quiet_weeks(days=28)
    counts[np.arange(len(counts)) % 288 == 100] += 300

    found = reports(moments, counts)

    assert len([index for index in found if index > 14 * 288]) == 0


def test_judges_from_the_past_alone():
    moments, counts = quiet_weeks(days=3)
    first, second = BurstDetector(), BurstDetector()
    for at, count in zip(moments[:500], counts[:500], strict=True):
        first.judge(at=at, count=count)
        second.judge(at=at, count=count)

    assert first.judge(at=moments[500], count=7.0) == second.judge(at=moments[500], count=7.0)
    assert first.judge(at=moments[501], count=1e6) != second.judge(at=moments[501], count=1.0)


def test_reports_a_rise_in_which_no_point_stands_out():
    moments = np.arange(14 * 288) * FIVE_MINUTES
    counts = np.random.default_rng(0).poisson(0.5, len(moments)).astype(float)
    highest = counts.max()
    counts[3000:3100] = np.minimum(np.random.default_rng(1).poisson(2.0, 100), highest)

    found = reports(moments, counts)

    assert len(found) == 1
    assert 3000 < found[0] < 3100


def test_one_great_day_does_not_blind_it_for_ever():
    moments, counts = quiet_weeks(days=40)
    counts[1000:1012] += 2000
    counts[10000:10012] += 1400

    assert reports(moments, counts) == [1000, 10000]


def test_keeps_no_more_after_many_points_than_after_few():
    detector = BurstDetector()
    moments, counts = quiet_weeks(days=7)
    sizes = set()
    for at, count in zip(moments, counts, strict=True):
        detector.judge(at=at, count=count)
        sizes.add(detector.state_.nbytes)
        others = asdict(detector)
        others.pop("state_")
        assert all(isinstance(part, int | float) for part in others.values())

    assert sizes == {80}


def test_many_series_are_judged_as_each_alone():
    moments, _ = quiet_weeks()
    series = np.array([quiet_weeks(seed=seed)[1] for seed in range(5)])
    series[2, 3000:3012] += 400
    series[4] *= 0.01
    together, alone = BurstDetector(), [BurstDetector() for _ in series]
    together.series_add(len(series))
    reported = []

    for point, at in enumerate(moments):
        found = together.judge_all(at=at, counts=series[:, point])
        each = [one.judge(at=at, count=c[point]) for one, c in zip(alone, series, strict=True)]
        assert found.score.tolist() == [judgement.score for judgement in each]
        assert found.expected.tolist() == [judgement.expected for judgement in each]
        assert found.is_burst.tolist() == [judgement.is_burst for judgement in each]
        reported += [(point, int(place)) for place in np.flatnonzero(found.is_burst)]

    assert reported == [(3000, 2)]


def test_a_series_added_later_is_as_though_it_had_been_zero_all_along():
    early, late = BurstDetector(), BurstDetector()
    early.series_add(2)
    late.series_add(1)
    for point in range(400):
        early.judge_all(at=300.0 * point, counts=np.array([3.0, 0.0]))
        late.judge_all(at=300.0 * point, counts=np.array([3.0]))

    late.series_add(1)

    assert np.array_equal(early.state_, late.state_)


def test_a_series_that_is_let_go_of_leaves_the_others_as_they_were():
    detector = BurstDetector()
    detector.series_add(3)
    detector.judge_all(at=0.0, counts=np.array([1.0, 5.0, 9.0]))
    kept = detector.state_[:, [0, 2]]

    detector.series_keep(np.array([True, False, True]))

    assert np.array_equal(detector.state_, kept)


@pytest.mark.parametrize("odd", [0.0, -5.0, math.nan, math.inf])
def test_an_odd_count_is_taken_as_none_and_harms_nothing(odd):
    moments, counts = quiet_weeks(days=4)
    detector = BurstDetector()
    for at, count in zip(moments, counts, strict=True):
        detector.judge(at=at, count=count)

    judgement = detector.judge(at=moments[-1] + FIVE_MINUTES, count=odd)

    assert not judgement.is_burst
    assert math.isfinite(judgement.score)
    assert judgement.expected == pytest.approx(20, abs=12)
