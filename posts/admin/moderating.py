"""What the moderators' lists share: read-only rows, and actions that ask for a reason."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from socialml.core.errors import DomainError


class ReasonForm(forms.Form):
    """Why a moderator decides so; the person concerned reads it."""

    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"size": 80, "autofocus": True}),
        help_text="The account concerned reads this.",
    )


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list to search and read. Rows change through actions alone."""

    show_full_result_count = False
    # The form that an action sends names each chosen row.
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Who may change the model may moderate it."""
        name = self.opts.model_name
        return request.user.has_perm(f"{self.opts.app_label}.change_{name}")


def decide_with_reason(
    modeladmin: ReadOnlyAdmin,
    request: HttpRequest,
    queryset: models.QuerySet[Any],
    *,
    action: str,
    verb: str,
    decide: Callable[[int, str], object],
) -> HttpResponse | None:
    """Ask for a reason, then call `decide(id, reason)` for each chosen row.

    `action` is the admin action's name, `verb` what the page and the message call it.
    """
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        decide_each(modeladmin, request, queryset, verb, lambda pk: decide(pk, reason))
        return None
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": f"{verb.capitalize()}: why?",
        "opts": modeladmin.opts,
        "form": form,
        "action": action,
        "verb": verb,
        "rows": queryset[: modeladmin.list_per_page],
        "count": queryset.count(),
        "checkbox": ACTION_CHECKBOX_NAME,
        "across": request.POST.get("select_across", "0"),
    }
    return TemplateResponse(request, "admin/posts/reason.html", context)


def decide_each(
    modeladmin: ReadOnlyAdmin,
    request: HttpRequest,
    queryset: models.QuerySet[Any],
    verb: str,
    decide: Callable[[int], object],
) -> None:
    """Call `decide(id)` for each chosen row, and say how many it changed and what it refused."""
    done = 0
    for pk in list(queryset.order_by("pk").values_list("pk", flat=True)):
        try:
            done += bool(decide(pk))
        except DomainError as error:
            modeladmin.message_user(request, error.message, messages.WARNING)
    modeladmin.message_user(request, f"{verb.capitalize()}: {done} changed.", messages.SUCCESS)
