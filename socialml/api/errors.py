"""Every failure as one JSON shape, whoever raised it."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.defaults import page_not_found
from rest_framework import exceptions
from rest_framework.response import Response

from socialml.api.envelope import failure
from socialml.core import errors

log = structlog.get_logger(__name__)

_STATUS: list[tuple[type[errors.DomainError], int]] = [
    (errors.Invalid, 400),
    (errors.NotSignedIn, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.RateLimited, 429),
    (errors.NotReady, 503),
]


def answer_error(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: the failure as an answer, or None for what is a bug (500)."""
    request = context["request"]
    request_id = getattr(request, "request_id", "")
    described = describe(exc)
    if described is None:
        return None
    status, code, message, fields, headers = described
    if code == "unsupported_media_type":
        message = f"Send {context['view'].parser_classes[0].media_type}."
    if status == 401:
        headers = {**headers, "WWW-Authenticate": 'Bearer realm="api"'}
    body = failure(message=message, code=code, fields=fields, request_id=request_id)
    response = Response(body, status=status, headers=headers)
    # A failed request leaves nothing behind, whatever had been written before it failed.
    response.exception = True
    return response


Described = tuple[int, str, str, dict[str, Any], dict[str, str]]


def describe(exc: BaseException) -> Described | None:
    """Return (status, code, message, fields, headers) of a failure, or None if it is a bug."""
    if isinstance(exc, errors.DomainError):
        status = next((s for kind, s in _STATUS if isinstance(exc, kind)), 400)
        headers = {}
        if isinstance(exc, errors.RateLimited):
            headers["Retry-After"] = str(exc.retry_after_seconds)
        return status, exc.code, exc.message, exc.fields, headers
    if isinstance(exc, exceptions.ValidationError):
        return _validation(exc)
    if isinstance(exc, exceptions.APIException):
        detail = exc.detail
        code = detail.code if isinstance(detail, exceptions.ErrorDetail) else exc.default_code
        headers = {}
        return exc.status_code, str(code), str(detail), {}, headers
    if isinstance(exc, Http404):
        return 404, "not_found", "There is nothing here.", {}, {}
    if isinstance(exc, PermissionDenied):
        return 403, "permission_denied", "You may not do this.", {}, {}
    return _raised_below(exc)


def _validation(exc: exceptions.ValidationError) -> Described:
    fields = exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail}
    code, where = _first(fields)
    text = _first_text(fields)
    if not where and code == "null":
        code, text = "invalid", "Send a JSON object."
    return 400, code, f"{where}: {text}" if where else text, _plain(fields), {}


def _raised_below(exc: BaseException) -> Described | None:
    if isinstance(exc, RequestDataTooBig):
        return 413, "payload_too_large", "The body is larger than this endpoint takes.", {}, {}
    if isinstance(exc, TooManyFieldsSent | TooManyFilesSent):
        return 400, "too_many_fields", "The form has too many fields or files.", {}, {}
    if isinstance(exc, MultiPartParserError | UnreadablePostError):
        return 400, "parse_error", "The form could not be read.", {}, {}
    if isinstance(exc, SuspiciousOperation):
        return 400, "bad_request", "The request could not be understood.", {}, {}
    if isinstance(exc, IntegrityError):
        return 409, "conflict", "What this refers to has changed or gone meanwhile.", {}, {}
    if isinstance(exc, DataError):
        return 400, "invalid", "A value is out of range.", {}, {}
    return _away(exc)


def _away(exc: BaseException) -> Described | None:
    if isinstance(exc, OperationalError):
        log.error("database_away", error=str(exc).splitlines()[0][:200])
        return 503, "db_timeout", "The database is busy or away: try again.", {}, {}
    # Known by its name: the client of S3 is installed only where media lie there.
    if type(exc).__module__.partition(".")[0] == "botocore":
        log.error("storage_away", error=str(exc)[:200])
        return 503, "storage_away", "The storage of media is busy or away: try again.", {}, {}
    return None


def _first(fields: Any, where: str = "") -> tuple[str, str]:
    if isinstance(fields, dict):
        for name, value in fields.items():
            path = where if name == "non_field_errors" else f"{where}.{name}".strip(".")
            return _first(value, path)
    if isinstance(fields, list) and fields:
        filled = next((value for value in fields if value), fields[0])
        return _first(filled, where)
    return str(getattr(fields, "code", "") or "invalid"), where


def _first_text(fields: Any) -> str:
    if isinstance(fields, dict):
        return _first_text(next(iter(fields.values()), "Invalid input."))
    if isinstance(fields, list):
        return _first_text(next((value for value in fields if value), "Invalid input."))
    return str(fields)


def _plain(fields: Any) -> Any:
    if isinstance(fields, dict):
        return {str(name): _plain(value) for name, value in fields.items()}
    if isinstance(fields, list):
        return [_plain(value) for value in fields]
    return str(fields)


def json_failure(
    request: HttpRequest, *, status: int, code: str, message: str, **fields: Any
) -> HttpResponse:
    """Return a failure from outside DRF."""
    request_id = getattr(request, "request_id", "")
    return JsonResponse(
        failure(message=message, code=code, fields=fields, request_id=request_id), status=status
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own 400s: a forged Host header, a malformed request line."""
    described = describe(exception)
    status, code, message, _, _ = described or (400, "bad_request", "Bad request.", {}, {})
    return json_failure(request, status=status, code=code, message=message)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own 403s."""
    return json_failure(
        request, status=403, code="permission_denied", message="You may not do this."
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such URL."""
    if request.path.startswith("/admin"):
        return page_not_found(request, exception)
    return json_failure(request, status=404, code="not_found", message="There is nothing here.")


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours; its traceback is in the log under this request's id."""
    return json_failure(
        request, status=500, code="server_error", message="Something broke on our side."
    )
