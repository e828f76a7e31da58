"""The log and what is counted from it, to be looked at. Nobody changes either by hand."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone

from analytics.models import (
    ActiveCount,
    BurstState,
    Cohort,
    DayRollup,
    Event,
    LogMark,
    Rollup,
    Trend,
    TrendBurst,
    TrendReview,
)
from analytics.services.trend_reviews import trends_review
from socialml.core.admin import ReadOnly

_PAGES = 1_000


class UncountedPaginator(Paginator):
    """A paginator that does not count: counting millions of rows would take seconds a page."""

    @property
    def count(self) -> int:
        return _PAGES * int(self.per_page)


class LongListAdmin(ReadOnly):
    """A list of a table that grows without end: newest first by id, never counted."""

    ordering = ("-id",)
    actions = None
    paginator = UncountedPaginator


@admin.register(Event)
class EventAdmin(LongListAdmin):
    list_display = ("id", "occurred_at", "actor_id", "kind", "post_id", "target_id", "duration_ms")
    search_fields = ("=actor_id", "=post_id")
    search_help_text = "The id of an account or of a post."

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Event], search_term: str
    ) -> tuple[models.QuerySet[Event], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if not (term.isascii() and term.isdigit() and len(term) <= 18):
            return queryset.none(), False
        by_either = models.Q(actor_id=int(term)) | models.Q(post_id=int(term))
        return queryset.filter(by_either), False


@admin.register(Rollup)
class RollupAdmin(LongListAdmin):
    list_display = ("hour", "kind", "author_id", "count", "accounts", "duration_ms")


@admin.register(DayRollup)
class DayRollupAdmin(LongListAdmin):
    list_display = ("day", "name", "author_id", "category", "count", "duration_ms")


@admin.register(ActiveCount)
class ActiveCountAdmin(ReadOnly):
    actions = None
    list_display = ("day", "daily", "weekly", "monthly")
    ordering = ("-day",)


@admin.register(Cohort)
class CohortAdmin(ReadOnly):
    actions = None
    list_display = ("week", "weeks_later", "accounts")
    ordering = ("-week", "weeks_later")


@admin.register(Trend)
class TrendAdmin(ReadOnly):
    """Approving lists a name where the list is gated; rejecting takes it off any list."""

    actions = ("approve", "reject")
    list_display = ("kind", "rank", "name", "state", "score", "accounts", "growth", "computed_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("kind", "rank")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Trend]:
        reviewed = TrendReview.objects.filter(kind=OuterRef("kind"), name=OuterRef("name"))
        found: models.QuerySet[Trend] = super().get_queryset(request)
        return found.annotate(reviewed=Subquery(reviewed.values("state")))

    @admin.display(description="state", ordering="reviewed")
    def state(self, trend: Any) -> str:
        return trend.reviewed or "pending"

    def has_review_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("analytics.change_trendreview"))

    @admin.action(description="Approve: may be listed", permissions=["review"])
    def approve(self, request: HttpRequest, trends: models.QuerySet[Trend]) -> None:
        self._review(request, trends, TrendReview.State.APPROVED)

    @admin.action(description="Reject: is not listed", permissions=["review"])
    def reject(self, request: HttpRequest, trends: models.QuerySet[Trend]) -> None:
        self._review(request, trends, TrendReview.State.REJECTED)

    def _review(
        self, request: HttpRequest, trends: models.QuerySet[Trend], state: TrendReview.State
    ) -> None:
        reviewer_id = int(request.user.pk or 0)
        count = trends_review(trends, state=state, reviewer_id=reviewer_id, at=timezone.now())
        self.message_user(request, f"{count} {state}.")

    @admin.display(description="accounts")
    def accounts(self, trend: Trend) -> Any:
        return trend.evidence.get("accounts")

    @admin.display(description="growth")
    def growth(self, trend: Trend) -> Any:
        return trend.evidence.get("growth")


@admin.register(TrendBurst)
class TrendBurstAdmin(LongListAdmin):
    list_display = ("kind", "name", "started_at", "score", "expected", "observed", "reported_at")


@admin.register(BurstState)
class BurstStateAdmin(ReadOnly):
    actions = None
    list_display = ("kind", "complete_before")
    fields = ("kind", "complete_before")


@admin.register(LogMark)
class LogMarkAdmin(ReadOnly):
    actions = None
    list_display = ("name", "seen_id", "seen_at", "settled_id", "complete_before")


@admin.register(TrendReview)
class TrendReviewAdmin(ReadOnly):
    actions = None
    list_display = ("kind", "name", "state", "reviewer_id", "reviewed_at")
    list_filter = ("kind", "state")
    search_fields = ("name",)
    ordering = ("-reviewed_at", "id")
