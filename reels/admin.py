"""Reels, as operators see them: what was uploaded, and what became of it."""

from django.contrib import admin

from reels.models import Reel
from socialml.core.admin import ReadOnly


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
        "size_bytes",
        "uploaded_at",
    )
    list_filter = ("state", "error_code", "content_type")
    list_select_related = ("post__author",)
    search_fields = ("=post__id", "post__author__username", "=key")
    ordering = ("-post_id",)

    @admin.display(description="author")
    def author(self, reel: Reel) -> str:
        return reel.post.author.username
