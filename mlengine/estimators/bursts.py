"""Bursts in streams of counts, judged point by point from the past alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DAY = 86_400.0
# A count's root is taken of the count and this (Anscombe).
_UNDER_ROOT = 0.375
# Standard deviation of the root of a Poisson count at most; of a rare one so much of its own
# deviation, for then the root is that of 0 or of 1.
_CHANCE = 0.5
_CHANCE_OF_RARE = math.sqrt(1.0 + _UNDER_ROOT) - math.sqrt(_UNDER_ROOT)
# Added to the variance of a rare count: a first appearance is no infinite surprise.
_PRIOR = 0.3
# What chance alone does not reach: so many of its deviations, as rare counts are skewed.
_BEYOND_CHANCE = 6.0
# A mean absolute error times this is the standard deviation of a normal.
_DEVIATIONS = 1.25
# Errors beyond so many standard deviations count as this many: a burst moves little.
_BOUND = 3.0
# Seconds since 1970 of a report that never was; finite, so that it can be stored.
_NEVER = -1e15
# Rows of the state: of the series, then of the two watches, the newest points and the last hours.
_LEVEL, _SPREAD, _REPORTED_AT, _REPORTED_SCORE = 0, 1, 2, 3
_EXCESS, _USUAL, _RECORD, _ROWS = slice(4, 6), slice(6, 8), slice(8, 10), 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was expected of one point, and how far it went beyond.

    `score` is in robust standard deviations of the newest points or of the last hours,
    whichever went further; `is_burst` marks the point at which a burst is reported, once a burst.
    """

    expected: float
    score: float
    is_burst: bool


@dataclass(frozen=True, slots=True)
class Judgements:
    """The same of one point of each series; each array has shape (n_series,)."""

    expected: Floats
    score: Floats
    is_burst: NDArray[np.bool_]


@dataclass(slots=True)
class BurstDetector:
    """Reports when series of counts, all counted at the same moments, burst out of what they were.

    Counts are seen through their square root, which makes the spread of a Poisson count the
    same at every level (Anscombe (1948), doi:10.1093/biomet/35.3-4.246). Two watches follow how
    far the newest points, and the last hours, went beyond a level that follows the series: the
    one sees a spike, the other a rise in which no point stands out. Each keeps its record, which
    a burst must beat. Memory and time a point are constant: ten numbers a series.

    Parameters
    ----------
    threshold : float, default 2.0
        Score from which on a point may be a burst: records of an even series are small.
    record_days : float, default 20.0
        A record fades by half in this time: a series with daily spikes raises its own bar, and
        one great day does not blind it for ever.
    newest_minutes, last_hours : float, default 5.0 and 4.0
        Time constants of the two watches.
    newest_margin, last_margin : float, default 1.3 and 1.0
        How far beyond its record each must go: single points vary more than hours.
    quiet_hours : float, default 24.0
        After a report no other is made for this long unless the score doubles.
    level_days : float, default 2.0
        Time constant of the level and of what is usual beyond it.
    learn_points : int, default 288
        Points at the start that are never reported.

    Attributes
    ----------
    seen_, last_at_ : int and float
        Points taken in, and when the newest was, in seconds since 1970.
    state_ : ndarray of float64, shape (10, n_series)
        All that is known of each series.
    """

    threshold: float = 2.0
    record_days: float = 20.0
    newest_minutes: float = 5.0
    last_hours: float = 4.0
    newest_margin: float = 1.3
    last_margin: float = 1.0
    quiet_hours: float = 24.0
    level_days: float = 2.0
    learn_points: int = 288
    seen_: int = 0
    last_at_: float = 0.0
    state_: Floats = field(default_factory=lambda: np.empty((_ROWS, 0)))

    def judge(self, *, at: float, count: float) -> Judgement:
        """Judge the next point of the one series that is followed; as `judge_all`."""
        if not self.state_.shape[1]:
            self.series_add(1)
        found = self.judge_all(at=at, counts=np.array([count], dtype=np.float64))
        return Judgement(float(found.expected[0]), float(found.score[0]), bool(found.is_burst[0]))

    def judge_all(self, *, at: float, counts: Floats) -> Judgements:
        """Judge the next point of every series, at `at` in seconds, then learn from it.

        `counts` has shape (n_series,). Moments must not go backwards; a negative or non-finite
        count is taken as 0.
        """
        is_sound = np.isfinite(counts) & (counts > 0)
        value = np.sqrt(np.where(is_sound, counts, 0.0) + _UNDER_ROOT)
        if not self.seen_:
            self.state_[_LEVEL], self.last_at_ = value, at
        level = self.state_[_LEVEL]
        expected, error = np.maximum(level**2 - _UNDER_ROOT, 0.0), value - level
        chance = np.minimum(_CHANCE, _CHANCE_OF_RARE * np.sqrt(expected + _PRIOR))
        elapsed, self.last_at_ = max(at - self.last_at_, 0.0), at
        self.seen_ += 1
        # Early points count as their share of those seen, later ones by the time they stand for.
        rate = max(1.0 / self.seen_, 1.0 - math.exp(-elapsed / (self.level_days * _DAY)))
        self.state_[_RECORD] *= 0.5 ** (elapsed / (self.record_days * _DAY))
        scores, is_record = self._watch(error, chance, elapsed, rate)
        is_far = is_record & (scores > self.threshold)
        score = np.maximum(scores[0], scores[1])
        is_burst = self._is_news(score, at) & (is_far[0] | is_far[1])
        if is_burst.any():
            self.state_[_REPORTED_AT, is_burst] = at
            self.state_[_REPORTED_SCORE, is_burst] = score[is_burst]
        self._learn(error, rate)
        return Judgements(expected, score, is_burst)

    def series_add(self, count: int) -> None:
        """Follow so many more, as though each had been counted as 0 from the first point on."""
        added = np.zeros((_ROWS, count))
        added[_LEVEL], added[_REPORTED_AT] = math.sqrt(_UNDER_ROOT), _NEVER
        self.state_ = np.hstack([self.state_, added])

    def series_keep(self, kept: NDArray[np.bool_]) -> None:
        """Forget the series that are not `kept`, of shape (n_series,)."""
        self.state_ = self.state_[:, kept]

    def _watch(
        self, error: Floats, chance: Floats, elapsed: float, rate: float
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Take in the errors; return the scores of the whiles they end, and which are records.

        Both have shape (2, n_series). The rows say how far the last while went beyond the level,
        how far it usually does, and at most.
        """
        whiles = (self.newest_minutes * 60.0, self.last_hours * 3600.0)
        shares = [1.0 - math.exp(-elapsed / seconds) for seconds in whiles]
        share, margin, averaged = np.array(
            [
                shares,
                [self.newest_margin, self.last_margin],
                # An average of many errors varies less than one.
                [math.sqrt(share / (2.0 - share)) for share in shares],
            ]
        )[:, :, np.newaxis]
        excess, usual, record = self.state_[_EXCESS], self.state_[_USUAL], self.state_[_RECORD]
        excess += share * (error - excess)
        chance = np.maximum(chance * averaged, 1e-9)
        deviation = np.maximum(_DEVIATIONS * usual, chance)
        is_record = excess > np.maximum(margin * record, _BEYOND_CHANCE * chance)
        np.maximum(record, excess, out=record)
        usual += rate * (np.minimum(np.abs(excess), _BOUND * deviation) - usual)
        return excess / deviation, is_record

    def _is_news(self, score: Floats, at: float) -> NDArray[np.bool_]:
        if self.seen_ <= self.learn_points:
            return np.zeros(len(score), dtype=bool)
        is_quiet = at - self.state_[_REPORTED_AT] < self.quiet_hours * 3600
        is_news: NDArray[np.bool_] = ~is_quiet | (score > 2 * self.state_[_REPORTED_SCORE])
        return is_news

    def _learn(self, error: Floats, rate: float) -> None:
        level, spread = self.state_[_LEVEL], self.state_[_SPREAD]
        bound = _BOUND * np.maximum(_DEVIATIONS * spread, _CHANCE)
        step = np.minimum(np.maximum(error, -bound), bound)
        spread += rate * (np.abs(step) - spread)
        level += rate * step
