"""How much moderators have to do, and how fast it is done."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncDate

from analytics.selectors.weights import Seconds
from posts.models import Appeal, Case

_HOUR_SECONDS = 3600.0


def moderation_now() -> dict[str, Any]:
    """Return what waits: open cases, since when the oldest does, and open appeals. Two queries."""
    waiting = Case.objects.filter(state=Case.State.OPEN).aggregate(
        open_cases=Count("pk"), oldest_opened_at=Min("opened_at")
    )
    return {**waiting, "open_appeals": Appeal.objects.filter(state=Appeal.State.OPEN).count()}


def moderation_load(*, since: datetime, until: datetime) -> dict[str, Any]:
    """Return what came in and what was decided from `since` to before `until`.

    `median_hours` is between the opening of a case and its decision, over those decided in the
    period; None where none was. Five queries.
    """
    window = {"gte": since, "lt": until}
    opened = Case.objects.filter(**_within("opened_at", **window))
    decided = Case.objects.filter(state=Case.State.DECIDED, **_within("decided_at", **window))
    answered = Appeal.objects.filter(**_within("answered_at", **window)).aggregate(
        upheld=Count("pk", filter=Q(state=Appeal.State.UPHELD)),
        overturned=Count("pk", filter=Q(state=Appeal.State.OVERTURNED)),
    )
    opened_by_day, decided_by_day = _by_day(opened, "opened_at"), _by_day(decided, "decided_at")
    return {
        "opened": opened_by_day.total(),
        "decided": decided_by_day.total(),
        "median_hours": _median_hours(decided, decided_by_day.total()),
        "appealed": Appeal.objects.filter(**_within("appealed_at", **window)).count(),
        **answered,
        "by_day": {
            day: {"opened": opened_by_day[day], "decided": decided_by_day[day]}
            for day in sorted({*opened_by_day, *decided_by_day})
        },
    }


def _within(column: str, *, gte: datetime, lt: datetime) -> dict[str, datetime]:
    return {f"{column}__gte": gte, f"{column}__lt": lt}


def _by_day(cases: QuerySet[Case], column: str) -> Counter[str]:
    days = cases.annotate(day=TruncDate(column)).values_list("day").annotate(n=Count("pk"))
    return Counter({day.isoformat(): count for day, count in days.order_by()})


def _median_hours(decided: QuerySet[Case], count: int) -> float | None:
    if not count:
        return None
    took = Seconds("decided_at") - Seconds("opened_at")
    middle = decided.annotate(took=took).order_by("took").values_list("took", flat=True)
    pair = list(middle[(count - 1) // 2 : count // 2 + 1])
    return round(sum(pair) / len(pair) / _HOUR_SECONDS, 2) if pair else None
