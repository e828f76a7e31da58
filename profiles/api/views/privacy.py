"""/api/profile/export and /api/profile/erasure: what we hold, and its end."""

from typing import Any

from django.utils import timezone
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from profiles import selectors, services
from profiles.api import serializers as shapes
from profiles.api.export import account_export
from profiles.models import Erasure
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView


class ExportView(SignedInView):
    """/api/profile/export"""

    rate_scope = "export"

    @documented("All we hold about me", data=shapes.ExportShown)
    def get(self, request: Request) -> Response:
        tables = account_export(self.me.pk)
        response = answer({"exported_at": timezone.now(), "tables": tables})
        response["Content-Disposition"] = 'attachment; filename="socialml-export.json"'
        return response


class ErasureView(SignedInView):
    """/api/profile/erasure"""

    rate_scopes = {"POST": "write"}

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self.request.method == "GET" else IsAuthenticated()]

    @documented("Erase one's account", data=shapes.ErasureShown, status=202)
    def post(self, request: Request) -> Response:
        return answer(erasure_shown(self.me.pk), "Account closed", status=202)

    @documented(
        "How far an erasure is",
        query=shapes.ReceiptQuery,
        data=shapes.ErasureShown,
        errors=[404],
        signed_in=False,
    )
    def get(self, request: Request) -> Response:
        query = shapes.ReceiptQuery.read(request.query_params)
        return answer(_shown(selectors.erasure_of(query["receipt"])))


def erasure_shown(user_id: int) -> dict[str, Any]:
    """Close the account and return its receipt."""
    return _shown(services.erasure_request(user_id=user_id, at=timezone.now()))


def _shown(erasure: Erasure) -> dict[str, Any]:
    names = ("receipt", "state", "requested_at", "done_at", "deleted")
    return {name: getattr(erasure, name) for name in names}
