"""What was decided, by whom, and why."""

from django.contrib import admin

from posts.admin.moderating import ReadOnlyAdmin
from posts.models import Decision


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
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
