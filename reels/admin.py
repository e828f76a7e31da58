"""Reels, as operators see them: what was uploaded, and what became of it."""

from django.contrib import admin
from django.http import HttpRequest

from reels.models import Reel


@admin.register(Reel)
class ReelAdmin(admin.ModelAdmin):
    list_display = (
        "post_id",
        "author",
        "state",
        "error_code",
        "duration_ms",
        "width",
        "height",
        "size_bytes",
        "uploaded_at",
    )
    list_filter = ("state", "error_code", "content_type")
    list_select_related = ("post__author",)
    search_fields = ("=post__id", "post__author__username", "=key")
    ordering = ("-post_id",)
    show_full_result_count = False

    @admin.display(description="author")
    def author(self, reel: Reel) -> str:
        return reel.post.author.username

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Reel | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Reel | None = None) -> bool:
        # A reel is taken down through its post, which is where decisions are recorded.
        return False
