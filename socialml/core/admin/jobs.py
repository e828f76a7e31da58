"""Background work for operators: what waits, what failed, and trying it again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from socialml.core.admin.lists import ReadOnly
from socialml.core.models import Job, ScheduleWindow
from socialml.core.queue import jobs_retry


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ("id", "task", "state", "attempts", "queue", "created_at", "available_at")
    list_filter = ("state", "queue", "task")
    search_fields = ("=id", "task", "key", "error")
    ordering = ("-id",)
    actions = ("retry",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("core.change_job"))

    @admin.action(description="Try again what is dead", permissions=["operate"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        count = jobs_retry(ids=[job.pk for job in jobs], at=timezone.now())
        self.message_user(request, f"{count} jobs wait to be tried again.")


@admin.register(ScheduleWindow)
class ScheduleWindowAdmin(ReadOnly):
    list_display = ("name", "window_start")
    search_fields = ("name",)
    ordering = ("name",)
