"""Query strings of analytics."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rest_framework import serializers

from analytics.selectors.counts import Period
from socialml.api.fields import Day, Id, Limit, Query

LONGEST_DAYS = 366
_RANGES = {"7d": 7, "30d": 30, "90d": 90}


class BehaviourQuery(Query):
    user_id = Id(required=False, help_text="The caller, if given at all.")


class TrendQuery(Query):
    limit = Limit(default=20)


class DashboardQuery(Query):
    """A range that ends today, or whole UTC days from `since` to `until`, both within it."""

    range = serializers.ChoiceField(choices=list(_RANGES), required=False)
    since = Day(required=False)
    until = Day(required=False)
    scope = serializers.ChoiceField(choices=["own", "platform"], default="own")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        values: dict[str, Any] = super().to_internal_value(data)
        return {"scope": values["scope"], "period": _period(values, today=self.context["today"])}


def _period(values: dict[str, Any], *, today: date) -> Period:
    if "range" in values and ("since" in values or "until" in values):
        raise serializers.ValidationError({"range": ["Give a range, or since and until."]})
    until = values.get("until", today)
    days = _RANGES[values.get("range", "30d")]
    since = values.get("since", _days_before(until, days - 1))
    if since > until:
        raise serializers.ValidationError({"since": ["It must not be after until."]})
    if (until - since).days >= LONGEST_DAYS:
        raise serializers.ValidationError({"since": [f"At most {LONGEST_DAYS} days at once."]})
    if until > today:
        raise serializers.ValidationError({"until": ["It must not be after today."]})
    if since.year < 2000:
        raise serializers.ValidationError({"since": ["It must not be before the year 2000."]})
    return Period(_midnight(since), _midnight(until) + timedelta(days=1))


def _days_before(day: date, count: int) -> date:
    return day - timedelta(days=count) if day.toordinal() > count else day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
