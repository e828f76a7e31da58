"""Accounts for operators: found, read, suspended and reinstated with a reason."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from posts import services as moderation
from profiles.models import Block, Erasure, Follow, Session, User
from profiles.models.names import username_fold
from socialml.core.admin import ReadOnly, decide_with_reason


@admin.register(User)
class UserAdmin(ReadOnly):
    """Accounts. Their rights are a superuser's to give."""

    list_display = [
        "username",
        "display_name",
        "is_active",
        "is_private",
        "is_staff",
        "follower_count",
        "following_count",
        "post_count",
        "joined_at",
    ]
    list_filter = ["is_active", "is_private", "is_staff", "is_archive", "joined_at"]
    search_fields = ["=id", "username_key", "display_name", "email_key"]
    search_help_text = "A name, an address, or an id."
    ordering = ["-id"]
    date_hierarchy = "joined_at"
    filter_horizontal = ["groups", "user_permissions"]
    actions = ["suspend", "reinstate"]
    _rights = ("is_staff", "is_superuser", "groups", "user_permissions")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        hidden = {"password", "username_key", "email_key", "last_login"}
        names = [column.name for column in User._meta.concrete_fields]
        return [name for name in names if name not in hidden] + ["groups", "user_permissions"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self._rights]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        return super().get_search_results(request, queryset, username_fold(search_term))

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("posts.add_decision"))

    @admin.action(description="Suspend, with a reason", permissions=["moderate"])
    def suspend(self, request: HttpRequest, accounts: QuerySet[User]) -> HttpResponse | None:
        # Whoever is shut out already needs no case about it.
        open_ones = accounts.filter(is_active=True)
        suspend = partial(moderation.account_decide, ruling=moderation.Ruling.SUSPEND)
        return self._decide(request, open_ones, suspend, "suspend")

    @admin.action(description="Reinstate, with a reason", permissions=["moderate"])
    def reinstate(self, request: HttpRequest, accounts: QuerySet[User]) -> HttpResponse | None:
        return self._decide(request, accounts, moderation.account_reinstate, "reinstate")

    def _decide(
        self, request: HttpRequest, accounts: QuerySet[User], decide: Any, verb: str
    ) -> HttpResponse | None:
        return decide_with_reason(
            self,
            request,
            # Nobody decides about themselves.
            accounts.exclude(pk=request.user.pk),
            action=verb,
            verb=verb,
            decide=lambda pk, reason: decide(
                account_id=pk, moderator_id=request.user.pk, reason=reason, at=timezone.now()
            ),
        )


@admin.register(Follow)
class FollowAdmin(ReadOnly):
    list_display = ["id", "follower", "followed", "state", "followed_at"]
    list_filter = ["state"]
    list_select_related = ["follower", "followed"]
    search_fields = ["=follower__id", "=followed__id", "follower__username_key"]
    ordering = ["-id"]


@admin.register(Block)
class BlockAdmin(ReadOnly):
    list_display = ["id", "blocker", "blocked", "blocked_at"]
    list_select_related = ["blocker", "blocked"]
    search_fields = ["=blocker__id", "=blocked__id", "blocker__username_key"]
    ordering = ["-id"]


@admin.register(Session)
class SessionAdmin(ReadOnly):
    list_display = ["user", "started_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["=user__id", "user__username_key"]
    fields = ["user", "started_at", "revoked_at"]
    ordering = ["-started_at"]


@admin.register(Erasure)
class ErasureAdmin(ReadOnly):
    list_display = ["account_id", "state", "requested_at", "done_at"]
    list_filter = ["state"]
    # The receipt is the person's own.
    fields = ["account_id", "state", "requested_at", "done_at", "deleted"]
    ordering = ["-id"]
