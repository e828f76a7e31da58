"""Posts and reels, as moderators see them."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from posts import services
from posts.models import Post
from posts.services import Ruling
from socialml.core.admin import ReadOnly, decide_with_reason

Posts = models.QuerySet[Any]


@admin.register(Post)
class PostAdmin(ReadOnly):
    list_display = (
        "id",
        "kind",
        "author",
        "beginning",
        "moderation",
        "toxicity",
        "like_count",
        "comment_count",
        "view_count",
        "published_at",
    )
    list_filter = ("moderation", "kind", "category", "language", "sentiment")
    list_select_related = ("author",)
    search_fields = ("=id", "content", "author__username", "tags__name")
    search_help_text = "An id, words of the content, a username or a hashtag."
    ordering = ("-id",)
    exclude = ("fragment",)
    actions = ("hide", "restore")

    @admin.display(description="content")
    def beginning(self, post: Post) -> str:
        return post.content[:80]

    @admin.display(description="toxicity")
    def toxicity(self, post: Post) -> object:
        return post.insights.get("toxicity", {}).get("score")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("posts.change_post"))

    @admin.action(description="Hide, with a reason", permissions=["moderate"])
    def hide(self, request: HttpRequest, queryset: Posts) -> HttpResponse | None:
        return decide_with_reason(
            self,
            request,
            queryset,
            action="hide",
            verb="hide",
            decide=partial(self._decide, request, Ruling.REMOVE),
        )

    @admin.action(description="Restore, with a reason", permissions=["moderate"])
    def restore(self, request: HttpRequest, queryset: Posts) -> HttpResponse | None:
        return decide_with_reason(
            self,
            request,
            queryset,
            action="restore",
            verb="restore",
            decide=partial(self._decide, request, Ruling.KEEP),
        )

    def _decide(self, request: HttpRequest, ruling: Ruling, pk: int, reason: str) -> object:
        return services.post_decide(
            post_id=pk,
            moderator_id=request.user.pk or 0,
            ruling=ruling,
            reason=reason,
            at=timezone.now(),
        )
