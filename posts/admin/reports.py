"""Reports, to be searched. They are answered with their case, in the queue."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from posts.models import Report
from socialml.core.admin import ReadOnly


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = (
        "id",
        "state",
        "reason",
        "about",
        "quoted",
        "reporter",
        "weight",
        "reported_at",
        "in_case",
    )
    list_filter = ("state", "reason")
    list_select_related = ("reporter", "post", "comment", "account")
    search_fields = ("=id", "=post__id", "note", "reporter__username", "account__username")
    search_help_text = "An id of the report or the post, words of the note, or a username."
    ordering = ("-id",)

    @admin.display(description="about")
    def about(self, report: Report) -> str:
        if report.comment_id:
            return f"comment {report.comment_id}"
        return f"post {report.post_id}" if report.post_id else f"account {report.account}"

    @admin.display(description="content")
    def quoted(self, report: Report) -> str:
        text = report.comment or report.post
        return text.content[:80] if text else ""

    @admin.display(description="case")
    def in_case(self, report: Report) -> SafeString | str:
        if report.case_id is None:
            return ""
        address = reverse("admin:posts_case_change", args=[report.case_id])
        return format_html('<a href="{}">case {}</a>', address, report.case_id)
