"""Appeals: read beside the decision they are against, and answered by another moderator."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from posts import selectors, services
from posts.models import Appeal
from socialml.core.admin import ReadOnly
from socialml.core.errors import DomainError

_ANSWERS: dict[str, Callable[..., Appeal]] = {
    "uphold": services.appeal_uphold,
    "overturn": services.appeal_overturn,
}


class AnswerForm(forms.Form):
    """What a moderator answers, and whether the decision stands."""

    verdict = forms.ChoiceField(choices=[(verdict, verdict) for verdict in _ANSWERS])
    answer = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="The account concerned reads this.",
    )


@admin.register(Appeal)
class AppealAdmin(ReadOnly):
    """The open ones first, the longest waiting on top."""

    list_display = (
        *("id", "state", "decided", "account", "beginning", "appealed_at"),
        *("decider", "moderator", "answered_at"),
    )
    list_filter = ("state", "decision__action", "decision__is_automated")
    list_select_related = ("account", "moderator", "decision__moderator")
    search_fields = ("=id", "=decision__id", "text", "account__username")
    search_help_text = "An id of the appeal or its decision, words of it, or a username."
    # "open" comes before "overturned" and "upheld".
    ordering = ("state", "appealed_at", "id")

    @admin.display(description="against")
    def decided(self, appeal: Appeal) -> str:
        return str(appeal.decision)

    @admin.display(description="text")
    def beginning(self, appeal: Appeal) -> str:
        return appeal.text[:80]

    @admin.display(description="decided by")
    def decider(self, appeal: Appeal) -> object:
        return "a rule" if appeal.decision.is_automated else appeal.decision.moderator

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(require_POST(self.answer_view))
        own = [path("<int:appeal_id>/answer/", answer, name="posts_appeal_answer")]
        return own + super().get_urls()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One appeal beside the decision, with the form to answer it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        is_id = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        found = selectors.appeal_context(appeal_id=int(object_id)) if is_id else None
        if found is None:
            raise Http404(f"There is no appeal {object_id}.")
        return self._page(request, found, AnswerForm())

    def answer_view(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        """Answer the appeal, and go back to the list."""
        if not request.user.has_perm("posts.change_appeal"):
            raise PermissionDenied
        form = AnswerForm(request.POST)
        if not form.is_valid():
            found = selectors.appeal_context(appeal_id=appeal_id)
            if found is None:
                raise Http404(f"There is no appeal {appeal_id}.")
            return self._page(request, found, form)
        said = form.cleaned_data
        try:
            appeal = _ANSWERS[said["verdict"]](
                appeal_id=appeal_id,
                moderator_id=request.user.pk,
                answer=said["answer"],
                at=timezone.now(),
            )
        except DomainError as error:
            self.message_user(request, error.message, messages.WARNING)
        else:
            self.message_user(request, f"Appeal {appeal_id}: {appeal.state}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:posts_appeal_changelist"))

    def _page(
        self, request: HttpRequest, found: selectors.AppealContext, form: AnswerForm
    ) -> HttpResponse:
        part = (found.decision.moderator_id, found.appeal.account_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Appeal {found.appeal.pk}",
            "opts": self.opts,
            "found": found,
            "form": form,
            "is_open": found.appeal.state == Appeal.State.OPEN,
            "is_part_of_it": request.user.pk in part,
            "may_answer": request.user.has_perm("posts.change_appeal"),
        }
        return TemplateResponse(request, "admin/posts/appeal/appeal.html", context)
