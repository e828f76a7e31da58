"""/api/analytics: figures for authors, and for those who run the place."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.dashboard import author_dashboard, platform_dashboard
from analytics.api.dashboard_shapes import DashboardShape, LiveEvent
from analytics.api.live import live_counts, live_event
from analytics.api.place import model_figures, segment_figures
from analytics.api.queries import DashboardQuery, ExportQuery, ScopeQuery
from analytics.api.sheets import table_csv
from analytics.api.tables import TABLES
from analytics.selectors.counts import EVERYBODY
from profiles.models import User
from profiles.selectors import is_staff
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core.errors import Forbidden, NotFound

CSV = "text/csv"
EVENTS = "text/event-stream"


class Dashboard(SignedInView):
    """/api/analytics/dashboard"""

    @documented(
        "Figures of a period, beside those of the period before",
        query=DashboardQuery,
        data=DashboardShape,
        errors=[403, 404],
        description=(
            "One's own posts (`scope=own`), another creator's, for staff (`scope=creator`), or "
            "everybody's, for staff (`scope=platform`): that has active accounts, retention, "
            "creators, categories and moderation too. docs/guides/dashboard.md defines each number."
        ),
    )
    def get(self, request: Request) -> Response:
        query = DashboardQuery.read(request.query_params, today=timezone.now().date())
        return answer(_dashboard(self.me.pk, query), "Dashboard")


class DashboardExport(SignedInView):
    """/api/analytics/export"""

    media_type = CSV

    @documented(
        "One table of the dashboard as CSV",
        query=ExportQuery,
        errors=[403, 404],
        media_type=CSV,
        description="Texts that a spreadsheet would run as a formula begin with an apostrophe.",
    )
    def get(self, request: Request) -> HttpResponse:
        query = ExportQuery.read(request.query_params, today=timezone.now().date())
        table = TABLES[query["table"]]
        if not table.is_in(query["scope"]):
            raise serializers.ValidationError({"table": ["This scope has no such table."]})
        found = _figures(self.me.pk, query, source=table.source)
        text = table_csv(table.columns, table.rows(found))
        period = query["period"]
        name = f"socialml-{query['scope']}-{query['table']}-{period.days[0]}-{period.days[-1]}.csv"
        response = HttpResponse(text, content_type=f"{CSV}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class Live(SignedInView):
    """/api/analytics/live"""

    media_type = EVENTS

    @documented(
        "What goes on now, as one server-sent event",
        query=ScopeQuery,
        data=LiveEvent,
        errors=[403, 404],
        media_type=EVENTS,
        description=(
            "The stream ends after its event and `retry` says when to ask again: nobody who looks "
            "on holds a thread. With `Last-Event-ID`, only what changed since then is sent."
        ),
    )
    def get(self, request: Request) -> HttpResponse:
        account_id = _subject(self.me.pk, ScopeQuery.read(request.query_params))
        counts = live_counts(account_id, at=timezone.now())
        event = live_event(counts, last_id=request.headers.get("Last-Event-ID", ""))
        return HttpResponse(event, content_type=EVENTS)


def _figures(caller_id: int, query: dict[str, Any], *, source: str) -> dict[str, Any]:
    if source == "dashboard":
        return _dashboard(caller_id, query)
    _subject(caller_id, query)
    now = timezone.now()
    if source == "segments":
        return segment_figures(query["period"], at=now)
    return model_figures(at=now)


def _dashboard(caller_id: int, query: dict[str, Any]) -> dict[str, Any]:
    account_id = _subject(caller_id, query)
    what = {"period": query["period"], "metric": query["metric"]}
    found = (
        platform_dashboard(**what, at=timezone.now())
        if account_id == EVERYBODY
        else author_dashboard(account_id, viewer_id=caller_id, **what)
    )
    scopes = ["own", "platform"] if is_staff(caller_id) else ["own"]
    return {"scope": query["scope"], "scopes": scopes, "metric": query["metric"], **found}


def _subject(caller_id: int, query: dict[str, Any]) -> int:
    """Return whose figures are asked for, EVERYBODY for all.

    :raises Forbidden: if they are not the caller's to see.
    :raises NotFound: if there is no such creator.
    """
    if query["scope"] == "own" or query.get("user_id") == caller_id:
        return caller_id
    if not is_staff(caller_id):
        raise Forbidden("Figures of others, and of the platform, are for its staff.")
    if query["scope"] == "platform":
        return EVERYBODY
    if not User.objects.filter(pk=query["user_id"]).exists():
        raise NotFound("There is no such account.")
    return int(query["user_id"])
