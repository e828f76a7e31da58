"""Do the rollups still say what the log holds?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from analytics.models import Event, LogMark
from analytics.services.day_rollups import days_changed, days_counted, days_refresh
from analytics.services.retention import purged_before
from analytics.services.rollups import (
    MARK,
    hours_changed,
    hours_counted,
    hours_recount,
    hours_touched,
)


@dataclass(slots=True)
class Compared:
    """How many hours or days were compared, and which of them differ."""

    name: str
    count: int
    wrong: Sequence[datetime | date] = ()
    repaired: int = 0


def rollups_check(*, at: datetime, fix: bool = False) -> Iterator[Compared]:
    """Yield how the hours compare with the log, then the days that are over with their hours.

    What no run has taken in yet, and what the purge may have thinned out, is left out. With `fix`
    whatever differs is counted again.
    """
    mark = LogMark.objects.filter(name=MARK).first()
    if mark is None:
        return
    hours = _hours(mark, at)
    wrong = hours_changed(hours)
    by_hour = Compared("rollups by hour", len(hours), wrong)
    if fix:
        hours_recount(wrong, at=at)
        by_hour.repaired = len(wrong)
    yield by_hour
    before, oldest = mark.complete_before.date(), purged_before(at=at).date()
    days = [day for day in days_counted() if oldest < day < before]
    differing = days_changed(days)
    by_day = Compared("rollups by day", len(days), differing)
    if fix:
        by_day.repaired = len(days_refresh(differing, before=before, purged_before=oldest))
    yield by_day


def _hours(mark: LogMark, at: datetime) -> list[datetime]:
    newest = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
    known = {*hours_touched(0, newest), *hours_counted(at=at)}
    fresh = set(hours_touched(mark.settled_id, newest)) if mark.seen_id < newest else set()
    purged = purged_before(at=at)
    return sorted(hour for hour in known - fresh if purged <= hour < mark.complete_before)
