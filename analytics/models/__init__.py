"""The event log and what is counted from it."""

from analytics.models.event import Event
from analytics.models.mark import LogMark
from analytics.models.rollup import Rollup
from analytics.models.trend import Trend

__all__ = ["Event", "LogMark", "Rollup", "Trend"]
