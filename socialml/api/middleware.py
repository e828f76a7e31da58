"""What wraps every request: its id and log line, its headers, and sessions for pages only."""

import re
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from socialml.api.errors import json_failure
from socialml.api.metrics import request_observe

log = structlog.get_logger("socialml.request")

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLog:
    """Give the request an id, answer it in X-Request-ID, and log one line about it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = match.route if match else "unknown"
        request_observe(request.method or "", route, response.status_code, seconds)
        if response.status_code >= 500 or seconds > 1.0:
            log.warning(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                duration_ms=round(seconds * 1000, 1),
            )
        response["X-Request-ID"] = request_id
        return response


class Safeguards:
    """Refuse what no endpoint takes, and set the headers of the API and of the admin's pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.page_policy = _page_policy(settings.MEDIA_URL)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _METHODS:
            return json_failure(
                request, status=405, code="method_not_allowed", message="No such method."
            )
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
        if encoding not in ("", "identity"):
            return json_failure(
                request,
                status=415,
                code="unsupported_encoding",
                message="Send the body as it is: compressed bodies are not read.",
            )
        if "HTTP_TRANSFER_ENCODING" in request.META:
            # Django would take the body for empty.
            return json_failure(
                request,
                status=411,
                code="length_required",
                message="Send the body with a Content-Length: chunked bodies are not read.",
            )
        if request.path.startswith("/admin") and "%00" in request.META.get("QUERY_STRING", ""):
            # The admin's filters hand it on to the database, which takes no such text.
            return json_failure(
                request,
                status=400,
                code="invalid",
                message="The address holds a NUL character, which no text here does.",
            )
        response = self.get_response(request)
        if request.path.startswith("/api/"):
            response.setdefault("Cache-Control", "private, no-store")
            response.setdefault("Content-Security-Policy", "default-src 'none'")
        elif request.path.startswith("/admin"):
            response.setdefault("Content-Security-Policy", self.page_policy)
        return response


def _page_policy(media_url: str) -> str:
    """Return what a page of the admin may load: our own files, and media from where they lie."""
    place = urlsplit(media_url)
    media = f" {place.scheme}://{place.netloc}" if place.netloc else ""
    return (
        f"default-src 'self'; img-src 'self' data:{media}; media-src 'self'{media}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class SessionsForPages:
    """Sessions, CSRF and messages for the admin's pages; the API pays for none of them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.plain = get_response
        chain = MessageMiddleware(get_response)
        for layer in (AuthenticationMiddleware, CsrfViewMiddleware):
            chain = layer(chain)
        self.with_sessions = SessionMiddleware(chain)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin"):
            return self.with_sessions(request)
        return self.plain(request)
