"""Bursts in a stream of counts, judged point by point from the past alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was expected of one point, and how far it went beyond.

    `score` is in robust standard deviations of the square root of the count; `is_burst` marks
    the point at which a burst is reported, once a burst.
    """

    expected: float
    score: float
    is_burst: bool


@dataclass(slots=True)
class BurstDetector:
    """Reports when a series of counts bursts out of its usual day.

    Counts are seen through their square root, which makes the spread of a Poisson count the
    same at every level (Anscombe (1948), doi:10.1093/biomet/35.3-4.246). The expected value is
    a level that follows the series plus what this time of day usually adds; the spread is a
    running mean of absolute errors, none counting more than a few spreads, so a burst hardly
    moves it. Memory and time a point are constant.

    Parameters
    ----------
    threshold : float, default 7.0
        Score from which on a point may be a burst.
    record_days : float, default 7.0
        A burst must also beat the highest score of about that long: a record fades by half in
        this time, so a series with daily spikes raises its own bar.
    margin : float, default 1.2
        How far beyond that record a burst must go: what comes back every day varies a little.
    quiet_hours : float, default 12.0
        After a report no other is made for this long unless the score doubles.
    learn_points : int, default 288
        Points at the start that are never reported.
    slots : int, default 24
        Parts of the day with an expectation of their own.
    """

    threshold: float = 7.0
    record_days: float = 7.0
    margin: float = 1.2
    quiet_hours: float = 12.0
    learn_points: int = 288
    slots: int = 24
    _seen: int = 0
    _level: float = 0.0
    _spread: float = 0.0
    _record: float = 0.0
    _last_at: float = 0.0
    _reported_at: float = -math.inf
    _reported_score: float = 0.0
    _season: list[float] = field(default_factory=list)

    def judge(self, *, at: float, count: float) -> Judgement:
        """Judge the next point, `at` seconds since any midnight, then learn from it.

        Moments must not go backwards; a negative or non-finite count is taken as 0.
        """
        value = math.sqrt(count + 0.375) if math.isfinite(count) and count > 0 else math.sqrt(0.375)
        if not self._season:
            self._season = [0.0] * self.slots
            self._level, self._last_at = value, at
        slot = int(at % _DAY / _DAY * self.slots)
        usual = self._level + self._season[slot]
        error = value - usual
        # 1.25 turns a mean absolute error into a standard deviation of a normal; 0.5 is the
        # standard deviation of the root of any Poisson count, below which nothing is surprising.
        score = error / max(1.25 * self._spread, 0.5)
        self._record *= 0.5 ** (max(at - self._last_at, 0.0) / (self.record_days * _DAY))
        is_burst = self._is_news(score, at)
        if is_burst:
            self._reported_at, self._reported_score = at, score
        self._learn(error, slot, score, at)
        return Judgement(max(usual, 0.0) ** 2, score, is_burst)

    def _is_news(self, score: float, at: float) -> bool:
        if self._seen < self.learn_points or score < max(
            self.threshold, self.margin * self._record
        ):
            return False
        is_quiet = at - self._reported_at < self.quiet_hours * 3600
        return not is_quiet or score > 2 * self._reported_score

    def _learn(self, error: float, slot: int, score: float, at: float) -> None:
        self._seen += 1
        self._last_at = at
        self._record = max(self._record, score)
        # Early points count as their share of those seen, later ones about a day's worth.
        rate = max(1.0 / self._seen, 0.01)
        bound = 3 * max(1.25 * self._spread, 0.5)
        step = min(max(error, -bound), bound)
        self._spread += rate * (min(abs(error), bound) - self._spread)
        self._level += rate * step
        self._season[slot] += 0.02 * (step - self._season[slot] * 0.01)
