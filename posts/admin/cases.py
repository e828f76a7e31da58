"""The queue: where moderators take cases, read them in context, and decide them."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from posts import selectors, services
from posts.admin.case_forms import CaseFilter, RulingForm
from posts.models import Case
from posts.services import Ruling
from socialml.core.admin import ReadOnly
from socialml.core.errors import DomainError

_QUEUE, _CASE = "admin:posts_case_changelist", "admin:posts_case_change"


@admin.register(Case)
class CaseAdmin(ReadOnly):
    """Cases by urgency, and each on a page of its own. Posting is for who may change cases."""

    list_per_page = 25

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("next/", self._acting(self.next_view), name="posts_case_next"),
            path("decide/", self._acting(self.decide_view), name="posts_case_decide"),
            path("<int:case_id>/claim/", self._acting(self.claim_view), name="posts_case_claim"),
            path(
                "<int:case_id>/release/", self._acting(self.release_view), name="posts_case_release"
            ),
        ]
        return own + super().get_urls()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The queue."""
        self._reading_check(request)
        at = timezone.now()
        shown = CaseFilter.read(request.GET)
        # Sorted by their ids alone: the texts come for one page.
        ids = self._ordered(shown, self._shown(request, shown, at)).values_list("pk", flat=True)
        page = Paginator(ids, self.list_per_page).get_page(request.GET.get("p"))
        cases = Case.objects.filter(pk__in=list(page.object_list))
        cases = cases.select_related("account", "post", "comment", "claimed_by")
        context = {
            **self._context(request),
            "title": "Cases",
            "shown": shown,
            "tabs": self._tabs(request, shown, page.paginator.count, at),
            "kinds": [("", "everything"), *((kind, f"{kind}s") for kind in Case.About.values)],
            "page": page,
            "rows": selectors.case_rows(self._ordered(shown, self._measured(shown, cases, at))),
            "query": shown.query(),
            "rulings": list(Ruling),
            "to": "queue",
            "back": request.get_full_path(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/posts/case/queue.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One case in its context."""
        self._reading_check(request)
        at = timezone.now()
        is_id = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        found = selectors.case_context(case_id=int(object_id), at=at) if is_id else None
        if found is None:
            raise Http404(f"There is no case {object_id}.")
        case = found.case
        is_held = bool(case.claimed_until and case.claimed_until > at)
        context = {
            **self._context(request),
            "title": f"Case {case.pk}",
            "found": found,
            "case": case,
            "at": at,
            "is_open": case.state == Case.State.OPEN,
            "is_mine": is_held and case.claimed_by_id == request.user.pk,
            "is_taken": is_held and case.claimed_by_id != request.user.pk,
            "rulings": services.rulings_for(case.about),
            "to": "next",
            "back": request.get_full_path(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/posts/case/case.html", context)

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Claim the most urgent case that nobody has, and open it."""
        case = services.case_claim_next(moderator_id=request.user.pk or 0, at=timezone.now())
        if case is None:
            self.message_user(request, "Nothing waits: the queue is empty.", messages.SUCCESS)
            return HttpResponseRedirect(reverse(_QUEUE))
        return HttpResponseRedirect(reverse(_CASE, args=[case.pk]))

    def claim_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        try:
            services.case_claim(
                case_id=case_id, moderator_id=request.user.pk or 0, at=timezone.now()
            )
        except DomainError as error:
            self.message_user(request, error.message, messages.WARNING)
        return self._back(request)

    def release_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        services.case_release(case_id=case_id, moderator_id=request.user.pk or 0, at=timezone.now())
        return self._back(request)

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Decide each case that was chosen, say what was refused, and go on."""
        form = RulingForm(request.POST)
        if not form.is_valid():
            for errors in form.errors.values():
                for error in errors:
                    self.message_user(request, str(error), messages.ERROR)
            return self._back(request)
        said = form.cleaned_data
        if said["ruling"] == Ruling.SUSPEND and not request.user.has_perm("posts.add_decision"):
            raise PermissionDenied
        refused = services.cases_decide(
            case_ids=said["case"],
            moderator_id=request.user.pk or 0,
            ruling=Ruling(said["ruling"]),
            reason=said["reason"],
            rule_code=said["rule"],
            at=timezone.now(),
        )
        for refusal in refused:
            self.message_user(request, refusal.message, messages.WARNING)
        done = len(said["case"]) - len(refused)
        if done:
            cases = "1 case" if done == 1 else f"{done} cases"
            self.message_user(request, f"Decided {cases}: {said['ruling']}.", messages.SUCCESS)
        if request.POST.get("to") == "next" and not refused:
            return self.next_view(request)
        return self._back(request)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("posts.change_case"))

    def _shown(self, request: HttpRequest, shown: CaseFilter, at: datetime) -> QuerySet[Case]:
        return shown.among(Case.objects.all(), moderator_id=request.user.pk or 0, at=at)

    def _ordered(self, shown: CaseFilter, cases: QuerySet[Case]) -> QuerySet[Case]:
        if shown.is_open:
            return selectors.cases_by_urgency(cases)
        return cases.order_by("-decided_at", "-pk")

    def _measured(self, shown: CaseFilter, cases: QuerySet[Case], at: datetime) -> QuerySet[Case]:
        return selectors.cases_measured(cases, at=at) if shown.is_open else cases

    def _tabs(
        self, request: HttpRequest, shown: CaseFilter, shown_count: int, at: datetime
    ) -> list[dict[str, Any]]:
        waiting = Case.objects.filter(state=Case.State.OPEN)
        mine = waiting.filter(claimed_by_id=request.user.pk, claimed_until__gt=at)
        # Apart: an index alone counts the first, another finds the second.
        open_count = shown_count if shown == CaseFilter() else waiting.count()
        counts = {"open": open_count, "mine": mine.count()}
        return [
            {
                "state": state,
                "label": label,
                "count": counts.get(state),
                "query": shown.query(state=state),
            }
            for state, label in CaseFilter.STATES
        ]

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "may_decide": self.has_moderate_permission(request),
            "may_suspend": request.user.has_perm("posts.add_decision"),
            "rules": RulingForm.rules(),
            "reasons": selectors.reasons_given(moderator_id=request.user.pk or 0),
            "at": timezone.now(),
        }

    def _acting(self, view: Any) -> Any:
        def act(request: HttpRequest, **ids: int) -> HttpResponse:
            if not self.has_moderate_permission(request):
                raise PermissionDenied
            answer: HttpResponse = view(request, **ids)
            return answer

        return self.admin_site.admin_view(require_POST(act))

    def _reading_check(self, request: HttpRequest) -> None:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied

    def _back(self, request: HttpRequest) -> HttpResponse:
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return HttpResponseRedirect(back if is_ours else reverse(_QUEUE))
