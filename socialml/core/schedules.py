"""Schedules that run once a window, however many beats and workers there are."""

from datetime import UTC, datetime, timedelta

from socialml.core.models import ScheduleWindow

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def window_claim(*, name: str, every: timedelta, at: datetime) -> bool:
    """Take the window of `every` that `at` falls in, and return whether it was still free.

    The row's conditional update decides between rivals. Missed windows are not made up for:
    after three days of silence there is one run, not three.
    """
    start = window_start(every=every, at=at)
    ScheduleWindow.objects.get_or_create(name=name, defaults={"window_start": _NEVER})
    moved = ScheduleWindow.objects.filter(name=name, window_start__lt=start).update(
        window_start=start
    )
    return bool(moved)


def window_start(*, every: timedelta, at: datetime) -> datetime:
    """Return when the window of `every` that `at` falls in began; windows count from 1970."""
    seconds = every.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, tz=UTC)
