"""`Idempotency-Key`: one key, one effect, one answer.

The key's row, the work and the stored answer are one transaction, so a crash between them
leaves none of them, and a parallel twin waits for the row and then reads the answer.
"""

from collections.abc import Callable
from hashlib import sha256

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from socialml.api.authentication import ACCESS, MODERATION, caller_of
from socialml.api.gate import client_address
from socialml.core.errors import Conflict, Invalid
from socialml.core.models import AnsweredRequest

_LONGEST_KEY = 200


class IdempotencyMismatch(Conflict):
    """The key was used before, for another request."""

    code = "idempotency_mismatch"


def answered_once(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Return what `work` answers, or the stored answer if this key was answered before.

    Failures are not kept: the same key may be tried again after one.

    :raises Invalid: if the key is empty, too long or not printable ASCII.
    :raises IdempotencyMismatch: if the key came with another request before.
    """
    key = request.headers["Idempotency-Key"]
    if not 0 < len(key) <= _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid(
            f"Idempotency-Key must be 1 to {_LONGEST_KEY} printable ASCII characters.",
            code="invalid_idempotency_key",
        )
    with transaction.atomic():
        row, is_first = AnsweredRequest.objects.get_or_create(
            scope=_scope(request),
            key=key,
            defaults={"fingerprint": _fingerprint(request), "created_at": timezone.now()},
        )
        if not is_first:
            return _replay(row, request)
        response = work()
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        if hasattr(response, "render"):
            response.render()
        row.status, row.body = response.status_code, response.content
        row.save(update_fields=["status", "body"])
        return response


def _replay(row: AnsweredRequest, request: HttpRequest) -> HttpResponse:
    if row.fingerprint != _fingerprint(request):
        raise IdempotencyMismatch("This Idempotency-Key was used for another request.")
    response = HttpResponse(
        bytes(row.body), status=row.status or 200, content_type="application/json"
    )
    response["Idempotent-Replay"] = "true"
    return response


def _scope(request: HttpRequest) -> str:
    # Which kinds it takes is the view's to say.
    caller = caller_of(request, kinds=(ACCESS, MODERATION))
    return f"account:{caller.pk}" if caller else f"address:{client_address(request)}"


def _fingerprint(request: HttpRequest) -> str:
    # An upload may be larger than memory: its length stands for its bytes.
    is_upload = (request.content_type or "").startswith("multipart/")
    body = request.META.get("CONTENT_LENGTH", "").encode() if is_upload else request.body
    return sha256(b"\0".join([request.path.encode(), body])).hexdigest()
