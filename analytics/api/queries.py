"""Query strings of analytics."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rest_framework import serializers

from analytics.api.tables import TABLES
from analytics.selectors.counts import RANGES_DAYS, Period
from analytics.selectors.leaders import METRICS
from socialml.api.fields import Day, Id, Limit, Query

LONGEST_DAYS = 366
_RANGES = {f"{days}d": days for days in RANGES_DAYS}


class BehaviourQuery(Query):
    user_id = Id(required=False, help_text="The caller, if given at all.")


class TrendQuery(Query):
    limit = Limit(default=20)


class ScopeQuery(Query):
    """Whose figures: one's own, another creator's, or everybody's."""

    scope = serializers.ChoiceField(choices=["own", "creator", "platform"], default="own")
    user_id = Id(required=False, help_text="The creator, with `scope=creator`.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if ("user_id" in values) != (values["scope"] == "creator"):
            raise serializers.ValidationError({"user_id": ["It goes with scope=creator."]})
        return values


class PeriodQuery(Query):
    """A range that ends today, or whole UTC days from `since` to `until`, both within it."""

    range = serializers.ChoiceField(choices=list(_RANGES), required=False)
    since = Day(required=False)
    until = Day(required=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        period = _period(values, today=self.context["today"])
        return {**super().validate(values), "period": period}


class DashboardQuery(PeriodQuery, ScopeQuery):
    """Whose figures, of which days."""

    metric = serializers.ChoiceField(
        choices=list(METRICS), default="engagements", help_text="What the tables are ordered by."
    )


class ExportQuery(DashboardQuery):
    table = serializers.ChoiceField(choices=list(TABLES))


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
