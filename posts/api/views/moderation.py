"""Reporting what others do."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from posts import services
from posts.api.serializers import ReportDraft, ReportReceipt
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView

_described = {"request": ReportDraft, "data": ReportReceipt, "status": 201, "errors": (404, 409)}


class _Reports(SignedInView):
    rate_scopes = {"POST": "report"}

    def report(self, request: Request, **about: int) -> Response:
        draft = ReportDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        report = services.report_add(
            reporter_id=self.me.pk, at=timezone.now(), **draft.validated_data, **about
        )
        data = {
            "id": report.pk,
            "reason": report.reason,
            "state": report.state,
            "reported_at": report.reported_at,
        }
        return answer(data, "Thank you: a moderator will look at it", status=201)


class PostReport(_Reports):
    """/api/post/{post_id}/report"""

    @documented("Report a post", **_described)
    def post(self, request: Request, post_id: int) -> Response:
        return self.report(request, post_id=post_id)


class CommentReport(_Reports):
    """/api/post/{post_id}/comments/{comment_id}/report"""

    @documented("Report a comment", **_described)
    def post(self, request: Request, post_id: int, comment_id: int) -> Response:
        return self.report(request, post_id=post_id, comment_id=comment_id)


class AccountReport(_Reports):
    """/api/profile/{user_id}/report"""

    @documented("Report an account", **_described)
    def post(self, request: Request, user_id: int) -> Response:
        return self.report(request, account_id=user_id)
