"""Comments, as moderators see them."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from posts import services
from posts.models import Comment
from posts.services import Ruling
from socialml.core.admin import ReadOnly, decide_with_reason

Comments = models.QuerySet[Any]


@admin.register(Comment)
class CommentAdmin(ReadOnly):
    list_display = (
        "id",
        "post_id",
        "author",
        "beginning",
        "moderation",
        "reply_count",
        "commented_at",
        "deleted_at",
    )
    list_filter = ("moderation", "language")
    list_select_related = ("author",)
    raw_id_fields = ("post", "parent", "author")
    search_fields = ("=id", "=post__id", "content", "author__username")
    search_help_text = "An id of the comment or its post, words of it, or a username."
    ordering = ("-id",)
    actions = ("hide", "restore")

    @admin.display(description="content")
    def beginning(self, comment: Comment) -> str:
        return comment.content[:80]

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("posts.change_comment"))

    @admin.action(description="Hide, with a reason", permissions=["moderate"])
    def hide(self, request: HttpRequest, queryset: Comments) -> HttpResponse | None:
        return decide_with_reason(
            self,
            request,
            queryset,
            action="hide",
            verb="hide",
            decide=partial(self._decide, request, Ruling.REMOVE),
        )

    @admin.action(description="Restore, with a reason", permissions=["moderate"])
    def restore(self, request: HttpRequest, queryset: Comments) -> HttpResponse | None:
        return decide_with_reason(
            self,
            request,
            queryset,
            action="restore",
            verb="restore",
            decide=partial(self._decide, request, Ruling.KEEP),
        )

    def _decide(self, request: HttpRequest, ruling: Ruling, pk: int, reason: str) -> object:
        return services.comment_decide(
            comment_id=pk,
            moderator_id=request.user.pk or 0,
            ruling=ruling,
            reason=reason,
            at=timezone.now(),
        )
