"""What was decided, by whom, and why; and how often it was wrong."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from posts import selectors
from posts.models import Decision, Strike
from socialml.core.admin import ReadOnly

_DAYS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "a year"))


class OverturnsQuery(forms.Form):
    """Of how many past days the rates are."""

    days = forms.TypedChoiceField(choices=_DAYS, coerce=int, required=False, empty_value=90)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = (
        "id",
        "action",
        "about",
        "account",
        "post_id",
        "comment_id",
        "reason",
        "rule_code",
        "is_automated",
        "moderator",
        "decided_at",
        "ended_at",
    )
    list_filter = ("action", "about", "is_automated", "rule_code")
    list_select_related = ("account", "moderator")
    search_fields = ("=id", "=post__id", "reason", "account__username", "moderator__username")
    ordering = ("-id",)
    change_list_template = "admin/posts/decision/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        overturns = self.admin_site.admin_view(self.overturns_view)
        own = [path("overturns/", overturns, name="posts_decision_overturns")]
        return own + super().get_urls()

    def overturns_view(self, request: HttpRequest) -> HttpResponse:
        """How often decisions were appealed, overturned and taken back."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = OverturnsQuery(request.GET)
        days = query.cleaned_data["days"] if query.is_valid() else 90
        since = timezone.now() - timedelta(days=days)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "How often decisions were wrong",
            "opts": self.opts,
            "days": days,
            "choices": _DAYS,
            "tables": [
                (by, [_cells(rate) for rate in selectors.overturn_rates(by=by, since=since)])
                for by in selectors.BY
            ],
        }
        return TemplateResponse(request, "admin/posts/decision/overturns.html", context)


def _cells(rate: selectors.OverturnRate) -> tuple[object, ...]:
    return (
        *(rate.name, rate.decisions, rate.appealed, rate.upheld, rate.overturned),
        "" if rate.rate is None else f"{rate.rate:.0%}",
        rate.reversed,
        f"{rate.reversed_share:.0%}",
    )


@admin.register(Strike)
class StrikeAdmin(ReadOnly):
    list_display = ("id", "account", "decision", "given_at", "expires_at", "lifted_at")
    list_filter = ("given_at", ("lifted_at", admin.EmptyFieldListFilter))
    list_select_related = ("account", "decision")
    search_fields = ("=id", "=account__id", "account__username")
    ordering = ("-id",)
