"""What was decided, by whom, and why."""

from django.contrib import admin

from posts.models import Decision
from socialml.core.admin import ReadOnly


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = (
        "id",
        "action",
        "account",
        "post_id",
        "comment_id",
        "reason",
        "is_automated",
        "moderator",
        "decided_at",
    )
    list_filter = ("action", "is_automated")
    list_select_related = ("account", "moderator")
    search_fields = ("=id", "=post__id", "reason", "account__username", "moderator__username")
    ordering = ("-id",)
