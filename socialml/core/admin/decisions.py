"""Actions that decide about rows, and ask a moderator for the reason first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from socialml.core.admin.lists import ReadOnly
from socialml.core.errors import DomainError


class ReasonForm(forms.Form):
    """Why a moderator decides so; the person concerned reads it."""

    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"size": 80, "autofocus": True}),
        help_text="The account concerned reads this.",
    )


def decide_with_reason(
    modeladmin: ReadOnly,
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
    return TemplateResponse(request, "admin/reason.html", context)


def decide_each(
    modeladmin: ReadOnly,
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
