"""The event log and what is counted from it."""

from analytics.models.burst import BurstState, TrendBurst
from analytics.models.event import Event
from analytics.models.mark import LogMark
from analytics.models.network import AccountNetwork
from analytics.models.presence import AccountDay, ActiveCount, Cohort
from analytics.models.rollup import DayRollup, Rollup
from analytics.models.trend import Trend, TrendReview

__all__ = [
    "AccountDay",
    "AccountNetwork",
    "ActiveCount",
    "BurstState",
    "Cohort",
    "DayRollup",
    "Event",
    "LogMark",
    "Rollup",
    "Trend",
    "TrendBurst",
    "TrendReview",
]
