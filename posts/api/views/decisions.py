"""What was decided about one's own, and what one says to it."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from posts import selectors, services
from posts.api.paging import page_answer, place_read
from posts.api.statements import AppealDraft, Statement, statement
from socialml.api.authentication import ModerationToken
from socialml.api.envelope import answer
from socialml.api.fields import PageQuery
from socialml.api.schema import documented
from socialml.api.views import SignedInView


class Decisions(SignedInView):
    """/api/moderation/decisions"""

    authentication_classes = [ModerationToken]

    @documented("What was decided about what is yours", query=PageQuery, page_of=Statement)
    def get(self, request: Request) -> Response:
        query = PageQuery.read(request.query_params)
        scope = f"decisions:{self.me.pk}"
        place = place_read(query, scope=scope)
        page = selectors.decisions_page(
            account_id=self.me.pk, after=place and place[0], limit=query["limit"]
        )
        now = timezone.now()
        shown = selectors.Page([statement(row, at=now) for row in page.results], page.next)
        return page_answer(shown, "Decisions", scope=scope)


class DecisionDetail(SignedInView):
    """/api/moderation/decisions/{decision_id}"""

    authentication_classes = [ModerationToken]

    @documented("The statement of reasons of one decision", data=Statement, errors=[404])
    def get(self, request: Request, decision_id: int) -> Response:
        row = selectors.decision_read(decision_id=decision_id, account_id=self.me.pk)
        return answer(statement(row, at=timezone.now()), "Decision")


class DecisionAppeal(SignedInView):
    """/api/moderation/decisions/{decision_id}/appeal"""

    authentication_classes = [ModerationToken]
    rate_scopes = {"POST": "appeal"}

    @documented(
        "Appeal a decision about what is yours",
        request=AppealDraft,
        data=Statement,
        status=201,
        errors=[404, 409],
        description="Once for each decision, while it holds and not too late: the statement's "
        "`complaint` says until when. A moderator who did not take the decision answers.",
    )
    def post(self, request: Request, decision_id: int) -> Response:
        draft = AppealDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        now = timezone.now()
        services.appeal_add(
            decision_id=decision_id, account_id=self.me.pk, at=now, **draft.validated_data
        )
        row = selectors.decision_read(decision_id=decision_id, account_id=self.me.pk)
        return answer(statement(row, at=now), "Another moderator will look at it", status=201)
