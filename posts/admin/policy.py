"""The moderation policy: drafting its next version, seeing what that would do, making it live."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from posts import services
from posts.models import PolicyVersion, Rule
from socialml.core.admin import ReadOnly
from socialml.core.errors import DomainError

_MOST_DAYS = 30


class PreviewForm(forms.Form):
    """How far back to look."""

    days = forms.IntegerField(min_value=1, max_value=_MOST_DAYS, initial=7)


class ActivateForm(forms.Form):
    """Which version the moderator knew as the live one; none where there was none."""

    instead_of = forms.IntegerField(required=False)


class RuleInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Rule
    extra = 0
    ordering = ("code", "pk")
    formfield_overrides = {
        models.JSONField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 30})},
        models.CharField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 40})},
    }

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        names = ("posts.view_policyversion", "posts.change_policyversion")
        return any(request.user.has_perm(name) for name in names)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("posts.change_policyversion") and obj and obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnly):
    """Rules are edited in drafts alone: what was live stays as it was, for who was judged by it."""

    list_display = ("id", "note", "is_live", "created_by", "created_at", "activated_at")
    list_select_related = ("created_by",)
    ordering = ("-id",)
    fields = ("note", "created_by", "created_at", "activated_at", "is_live", "what_if")
    readonly_fields = ("created_by", "created_at", "activated_at", "is_live", "what_if")

    @admin.display(description="what if")
    def what_if(self, version: PolicyVersion) -> str:
        if version.pk is None:
            return "Saving copies the rules of the live version, to be changed next."
        url = reverse("admin:posts_policyversion_preview", args=[version.pk])
        return format_html('<a href="{}">Replay it over the past days, then activate it</a>', url)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("posts.add_policyversion"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = request.user.has_perm("posts.change_policyversion")
        return bool(may and (obj is None or obj.is_draft))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = request.user.has_perm("posts.delete_policyversion")
        return bool(may and obj is not None and obj.is_draft)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [RuleInline] if obj is not None else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            _draft_hold(obj.pk)
            obj.save(update_fields=["note"])
            return
        draft = services.policy_draft(
            note=obj.note, created_by_id=request.user.pk, at=timezone.now()
        )
        obj.pk, obj.created_at = draft.pk, draft.created_at
        obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        _draft_hold(obj.pk)
        obj.delete()

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.message_user(request, f"{obj} is a draft with the live rules: change them here.")
        return HttpResponseRedirect(reverse("admin:posts_policyversion_change", args=[obj.pk]))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview)
        return [
            path("<int:version_id>/preview/", view, name="posts_policyversion_preview"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Show what the version would change; a POST makes it live."""
        version = get_object_or_404(PolicyVersion, pk=version_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        may_activate = request.user.has_perm("posts.change_policyversion")
        if request.method == "POST":
            if not may_activate:
                raise PermissionDenied
            return self._activate(request, version)
        form = PreviewForm(request.GET if "days" in request.GET else None)
        days = form.cleaned_data["days"] if form.is_valid() else form["days"].initial
        context = {
            **self.admin_site.each_context(request),
            "title": f"What if: {version}",
            "opts": self.opts,
            "version": version,
            "form": form,
            "may_activate": may_activate and not version.is_live,
            "live": PolicyVersion.objects.filter(is_live=True).first(),
            "preview": services.policy_preview(version_id=version_id, days=days, at=timezone.now()),
        }
        return TemplateResponse(request, "admin/policy_preview.html", context)

    def _activate(self, request: HttpRequest, version: PolicyVersion) -> HttpResponse:
        form = ActivateForm(request.POST)
        known = form.cleaned_data["instead_of"] if form.is_valid() else None
        try:
            services.policy_activate(version_id=version.pk, instead_of_id=known, at=timezone.now())
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)
        self.log_change(request, version, "Made live.")
        self.message_user(request, f"{version} is live.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:posts_policyversion_changelist"))


def _draft_hold(version_id: int) -> None:
    """Keep the draft a draft until the admin's own transaction ends."""
    try:
        services.policy_draft_lock(version_id)
    except DomainError as error:
        raise PermissionDenied(error.message) from error
