"""Reels, as operators see them: what was uploaded, what became of it, and what it shows."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from reels import services
from reels.models import Reel, ReelCopy, Upload
from reels.selectors.inspection import reel_inspect
from socialml.core.admin import ReadOnly


class CopiesFilter(admin.SimpleListFilter):
    title = "copy"
    parameter_name = "copy"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "shows what another account's reel shows")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reel]) -> QuerySet[Reel]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(Exists(ReelCopy.objects.filter(reel=OuterRef("pk"))))


@admin.register(Reel)
class ReelAdmin(ReadOnly):
    """A reel is taken down through its post, where decisions are recorded."""

    list_display = (
        "post_id",
        "author",
        "state",
        "error_code",
        "duration_ms",
        "width",
        "height",
        "quality",
        "nudity",
        "size_bytes",
        "sound_id",
        "uploaded_at",
    )
    list_filter = ("state", "error_code", CopiesFilter, "content_type")
    list_select_related = ("post__author",)
    search_fields = ("=post__id", "post__author__username", "=key", "=sound__id")
    ordering = ("-post_id",)
    actions = ("again",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.again_view))
        return [
            path("<int:post_id>/again/", view, name="reels_reel_again"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One reel, to be watched, with what was found of it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        is_id = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        found = reel_inspect(post_id=int(object_id)) if is_id else None
        if found is None:
            raise Http404(f"There is no reel {object_id}.")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Reel {found.reel.pk}",
            "found": found,
            "reel": found.reel,
            "may_process": self.has_process_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/reels/reel/reel.html", context)

    def again_view(self, request: HttpRequest, post_id: int) -> HttpResponse:
        """Have the reel processed again, and go back to it."""
        if not self.has_process_permission(request):
            raise PermissionDenied
        if services.reel_again(post_id=post_id):
            self.message_user(request, "A worker processes it again.", messages.SUCCESS)
        else:
            self.message_user(request, "No file of it is left.", messages.WARNING)
        return HttpResponseRedirect(reverse("admin:reels_reel_change", args=[post_id]))

    @admin.action(description="Process again", permissions=["process"])
    def again(self, request: HttpRequest, reels: QuerySet[Reel]) -> None:
        ids = list(reels.order_by("pk").values_list("pk", flat=True))
        count = sum(services.reel_again(post_id=pk) for pk in ids)
        self.message_user(request, f"{count} of {len(ids)} reels are processed again.")

    def has_process_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reels.change_reel"))

    @admin.display(description="author")
    def author(self, reel: Reel) -> str:
        return reel.post.author.username

    @admin.display(description="quality")
    def quality(self, reel: Reel) -> float | None:
        return reel.analysis["quality"]["score"] if reel.analysis else None

    @admin.display(description="nudity")
    def nudity(self, reel: Reel) -> float | None:
        return reel.analysis["nudity"] if reel.analysis else None


@admin.register(Upload)
class UploadAdmin(ReadOnly):
    """Uploads in parts: what has come of each. A reel that was sent in one piece has none."""

    list_display = (
        "id",
        "account",
        "state",
        "error_code",
        "size_bytes",
        "parts_received",
        "reel",
        "started_at",
        "expires_at",
    )
    list_filter = ("state", "error_code", "content_type")
    list_select_related = ("account", "reel")
    search_fields = ("=id", "account__username")
    ordering = ("-id",)
    exclude = ("remote_id", "remote_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return super().get_queryset(request).annotate(part_rows=Count("parts"))

    @admin.display(description="parts")
    def parts_received(self, upload: Any) -> str:
        return f"{upload.part_rows} of {upload.part_count}" if upload.is_open else "-"
