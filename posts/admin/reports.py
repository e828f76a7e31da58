"""Reports: the moderators' queue."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from posts import services
from posts.models import Report
from socialml.core.admin import ReadOnly, decide_each, decide_with_reason

Reports = models.QuerySet[Any]


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ("id", "state", "reason", "about", "quoted", "reporter", "reported_at")
    list_filter = ("state", "reason")
    list_select_related = ("reporter", "post", "comment", "account")
    search_fields = ("=id", "=post__id", "note", "reporter__username", "account__username")
    search_help_text = "An id of the report or the post, words of the note, or a username."
    ordering = ("-id",)
    actions = ("uphold", "dismiss")

    @admin.display(description="about")
    def about(self, report: Report) -> str:
        if report.comment_id:
            return f"comment {report.comment_id}"
        return f"post {report.post_id}" if report.post_id else f"account {report.account}"

    @admin.display(description="content")
    def quoted(self, report: Report) -> str:
        text = report.comment or report.post
        return text.content[:80] if text else ""

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("posts.change_report"))

    @admin.action(description="Uphold: hide what was reported", permissions=["moderate"])
    def uphold(self, request: HttpRequest, queryset: Reports) -> HttpResponse | None:
        return decide_with_reason(
            self,
            request,
            queryset,
            action="uphold",
            verb="uphold",
            decide=lambda pk, reason: services.report_uphold(
                report_id=pk, moderator_id=request.user.pk, reason=reason, at=timezone.now()
            ),
        )

    @admin.action(description="Dismiss", permissions=["moderate"])
    def dismiss(self, request: HttpRequest, queryset: Reports) -> None:
        decide_each(
            self, request, queryset, "dismiss", lambda pk: services.report_dismiss(report_id=pk)
        )
