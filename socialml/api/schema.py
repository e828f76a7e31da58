"""How endpoints describe themselves in OpenAPI: one envelope, named errors."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from socialml.api.bodies import bodiless

F = TypeVar("F", bound=Callable[..., Any])

_MEANINGS = {
    400: "The input breaks a rule; `error.fields` says which.",
    401: "No valid access token.",
    403: "Not yours to do.",
    404: "No such thing, or not for you to see.",
    405: "No such method here.",
    406: "There is JSON only.",
    409: "Its present state does not allow this.",
    413: "Too large.",
    415: "Send JSON in UTF-8.",
    429: "Too many requests; see Retry-After.",
    503: "Not ready; try again.",
}


class ErrorDetail(serializers.Serializer):
    code = serializers.CharField()
    fields = serializers.DictField()


class Failure(serializers.Serializer):
    message = serializers.CharField()
    error = ErrorDetail()
    request_id = serializers.CharField(allow_blank=True)
    timestamp = serializers.DateTimeField()


class Empty(serializers.Serializer):
    """No data."""


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "socialml.api.authentication.AccessToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class ModerationBearerToken(BearerToken):
    target_class = "socialml.api.authentication.ModerationToken"
    name = "bearer of decisions"


class Operation(AutoSchema):
    """Name and tag an operation by its path, and let a POST carry an Idempotency-Key."""

    def get_operation_id(self) -> str:
        """Return, say, `put_post_like`, or `get_post_by_id` where the path ends in an id."""
        words = [part for part in self.path.split("/") if part and part != "api"]
        named = [word.replace("-", "_") for word in words if not word.startswith("{")]
        ending = ["by_id"] if words[-1].startswith("{") else []
        return "_".join([self.method.lower(), *named, *ending])

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        return [parts[1] if len(parts) > 1 and parts[0] == "api" else parts[0]]

    def get_override_parameters(self) -> list[OpenApiParameter]:
        if self.method != "POST":
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
                OpenApiParameter.HEADER,
                description="Repeat the request with the same key: one effect, the same answer.",
            )
        ]


def documented(
    summary: str,
    *,
    request: Any = None,
    query: Any = None,
    data: type[serializers.Serializer] | None = None,
    page_of: type[serializers.Serializer] | None = None,
    status: int | Sequence[int] = 200,
    errors: Sequence[int] = (),
    signed_in: bool = True,
    media_type: str = "application/json",
    description: str = "",
) -> Callable[[F], F]:
    """Describe a view method.

    `data` is the shape inside the envelope, or `page_of` the shape of one result of a list. An
    answer of another `media_type` than JSON has no envelope: it is text, or of the shape `data`.
    `errors` are the statuses beyond 400, 405, 406, 413, 415, 429, 503 (and 401 where signed in).
    Without a `request` the method takes no body, and refuses one.
    """
    shape = _page(page_of) if page_of else (data or Empty)
    statuses = [status] if isinstance(status, int) else list(status)
    answers: dict[int | tuple[int, str], Any] = {}
    for code in statuses:
        if media_type == "application/json":
            answers[code] = None if code == 204 else _envelope(shape)
        else:
            answers[code, media_type] = data or OpenApiTypes.STR
    common = {400, 405, 406, 413, 415, 429, 503, *([401] if signed_in else []), *errors}
    for code in sorted(common):
        answers[code] = OpenApiResponse(Failure, _MEANINGS[code])
    described = extend_schema(
        summary=summary,
        description=description,
        request=request,
        parameters=[query] if query else None,
        responses=answers,
        auth=None if signed_in else [{}, {"bearer": []}],
    )
    return described if request is not None else lambda method: described(bodiless(method))


_made: dict[str, type[serializers.Serializer]] = {}


def _envelope(shape: type[serializers.Serializer]) -> type[serializers.Serializer]:
    name = f"{shape.__name__}Answer"
    if name not in _made:
        _made[name] = type(
            name,
            (serializers.Serializer,),
            {
                "message": serializers.CharField(),
                "data": shape(),
                "ml_insights": serializers.DictField(),
                "timestamp": serializers.DateTimeField(),
            },
        )
    return _made[name]


def _page(shape: type[serializers.Serializer]) -> type[serializers.Serializer]:
    name = f"{shape.__name__}Page"
    if name not in _made:
        _made[name] = type(
            name,
            (serializers.Serializer,),
            {
                "results": shape(many=True),
                "next": serializers.CharField(allow_null=True),
            },
        )
    return _made[name]
