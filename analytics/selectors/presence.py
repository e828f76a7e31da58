"""How many were there, and how many came back."""

from datetime import date, timedelta
from typing import Any

from analytics.models import ActiveCount, Cohort
from analytics.selectors.counts import Period

COHORTS_SHOWN = 12
_WEEK = timedelta(days=7)


def actives_by_day(*, period: Period) -> dict[str, dict[str, int]]:
    """Return the active accounts of each day that was counted, by ISO date. One query.

    "daily" did something on that day, "weekly" and "monthly" in the 7 and 30 that end with it.
    """
    counts = ActiveCount.objects.filter(day__gte=period.since, day__lt=period.until).order_by("day")
    return {
        count.day.isoformat(): {
            name: getattr(count, name) for name in ("daily", "weekly", "monthly")
        }
        for count in counts
    }


def retention(*, today: date) -> list[dict[str, Any]]:
    """Return the newest weekly cohorts, the oldest first. One query.

    `returned` has one entry a week from the first week after signing up to this one:
    how many of the cohort were there, and as a share. The last week goes on yet.
    """
    this_week = today - timedelta(days=today.weekday())
    oldest = this_week - _WEEK * (COHORTS_SHOWN - 1)
    cells = {
        (week, later): accounts
        for week, later, accounts in Cohort.objects.filter(week__gte=oldest).values_list(
            "week", "weeks_later", "accounts"
        )
    }
    weeks = sorted(week for week, later in cells if not later)
    return [
        {
            "week": week.isoformat(),
            "accounts": cells[week, 0],
            "returned": [
                _cell(cells.get((week, later), 0), cells[week, 0])
                for later in range(1, (this_week - week) // _WEEK + 1)
            ],
        }
        for week in weeks
    ]


def _cell(accounts: int, whole: int) -> dict[str, Any]:
    return {"accounts": accounts, "share": round(accounts / whole, 4) if whole else None}
