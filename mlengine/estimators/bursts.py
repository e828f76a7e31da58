"""Bursts in a stream of counts, judged point by point from the past alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

_DAY = 86_400.0
# Standard deviation of the root of any Poisson count.
_CHANCE = 0.5
# What chance alone does not reach: five of its deviations.
_BEYOND_CHANCE = 5.0
# A mean absolute error times this is the standard deviation of a normal.
_DEVIATIONS = 1.25
# Errors beyond so many standard deviations count as this many: a burst moves little.
_BOUND = 3.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was expected of one point, and how far it went beyond.

    `score` is in robust standard deviations of the newest points or of the last hours,
    whichever went further; `is_burst` marks the point at which a burst is reported, once a burst.
    """

    expected: float
    score: float
    is_burst: bool


@dataclass(slots=True)
class _Watch:
    """How far the last while went beyond the level, how far it usually does, and at most."""

    seconds: float
    margin: float
    excess: float = 0.0
    spread: float = 0.0
    record: float = 0.0

    def see(self, error: float, *, elapsed: float, rate: float, faded: float) -> tuple[float, bool]:
        """Take in one error; return the score of the while it ends, and if that is a record."""
        share = 1.0 - math.exp(-elapsed / self.seconds)
        self.excess += share * (error - self.excess)
        # An average of many errors varies less than one.
        chance = max(_CHANCE * math.sqrt(share / (2.0 - share)), 1e-9)
        deviation = max(_DEVIATIONS * self.spread, chance)
        highest = self.record * faded
        is_record = self.excess > max(self.margin * highest, _BEYOND_CHANCE * chance)
        self.record = max(highest, self.excess)
        self.spread += rate * (min(abs(self.excess), _BOUND * deviation) - self.spread)
        return self.excess / deviation, is_record


@dataclass(slots=True)
class BurstDetector:
    """Reports when a series of counts bursts out of what it has been.

    Counts are seen through their square root, which makes the spread of a Poisson count the
    same at every level (Anscombe (1948), doi:10.1093/biomet/35.3-4.246). Two watches follow how
    far the newest points, and the last hours, went beyond a level that follows the series: the
    one sees a spike, the other a rise in which no point stands out. Each keeps its record, which
    a burst must beat. Memory and time a point are constant.

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
    _seen: int = 0
    _level: float = 0.0
    _spread: float = 0.0
    _last_at: float = 0.0
    _reported_at: float = -math.inf
    _reported_score: float = 0.0
    _watches: list[_Watch] = field(default_factory=list)

    def judge(self, *, at: float, count: float) -> Judgement:
        """Judge the next point, at `at` in seconds, then learn from it.

        Moments must not go backwards; a negative or non-finite count is taken as 0.
        """
        value = math.sqrt(count + 0.375) if math.isfinite(count) and count > 0 else math.sqrt(0.375)
        if not self._seen:
            self._start(value, at)
        expected, error = self._level, value - self._level
        elapsed, self._last_at = max(at - self._last_at, 0.0), at
        self._seen += 1
        # Early points count as their share of those seen, later ones by the time they stand for.
        rate = max(1.0 / self._seen, 1.0 - math.exp(-elapsed / (self.level_days * _DAY)))
        faded = 0.5 ** (elapsed / (self.record_days * _DAY))
        seen = [
            watch.see(error, elapsed=elapsed, rate=rate, faded=faded) for watch in self._watches
        ]
        score = max(score for score, _ in seen)
        is_burst = self._is_news(score, at) and any(
            is_record and score > self.threshold for score, is_record in seen
        )
        if is_burst:
            self._reported_at, self._reported_score = at, score
        self._learn(error, rate)
        return Judgement(max(expected, 0.0) ** 2, score, is_burst)

    def _start(self, value: float, at: float) -> None:
        self._level, self._last_at = value, at
        self._watches = [
            _Watch(self.newest_minutes * 60, self.newest_margin),
            _Watch(self.last_hours * 3600, self.last_margin),
        ]

    def _is_news(self, score: float, at: float) -> bool:
        if self._seen <= self.learn_points:
            return False
        is_quiet = at - self._reported_at < self.quiet_hours * 3600
        return not is_quiet or score > 2 * self._reported_score

    def _learn(self, error: float, rate: float) -> None:
        bound = _BOUND * max(_DEVIATIONS * self._spread, _CHANCE)
        step = min(max(error, -bound), bound)
        self._spread += rate * (abs(step) - self._spread)
        self._level += rate * step
