"""Uploads in parts: one class per URL, one method per verb."""

import base64
import re
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from reels import services
from reels.api.serializers import ReelState, ReelWords, UploadDraft, UploadState
from reels.api.views import taken_in
from reels.selectors.uploads import upload_known, upload_state, uploads_open
from socialml.api.envelope import answer
from socialml.api.parsers import Bytes
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core.errors import Invalid

# RFC 9530, which allows for several digests and for ones that a server does not know.
_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)")


class UploadList(SignedInView):
    """/api/reels/uploads"""

    rate_scopes = {"POST": "upload"}
    is_slow = True

    @documented("One's open uploads, newest first", page_of=UploadState)
    def get(self, request: Request) -> Response:
        uploads = uploads_open(account_id=self.me.pk, at=timezone.now())
        return answer({"results": [upload_state(upload) for upload in uploads], "next": None})

    @documented(
        "Start an upload in parts",
        request=UploadDraft,
        data=UploadState,
        status=201,
        errors=(403, 409),
        description="Send each part, in any order, then finish. See docs/guides/uploads.md.",
    )
    def post(self, request: Request) -> HttpResponse:
        _keep(request)
        draft = UploadDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        with services.target_opened(draft.validated_data["content_type"]) as target:
            return self.answered(request, lambda: self._start(draft.validated_data, target))

    def _start(self, draft: dict[str, Any], target: services.Target) -> Response:
        upload = services.upload_start(
            account_id=self.me.pk, at=timezone.now(), target=target, **draft
        )
        return answer(upload_state(upload, parts=[]), "Send the parts.", status=201)


class UploadDetail(SignedInView):
    """/api/reels/uploads/{upload_id}"""

    rate_scopes = {"DELETE": "write"}

    @documented("Which parts are there, or how far its reel is", data=UploadState, errors=(404,))
    def get(self, request: Request, upload_id: int) -> Response:
        upload = upload_known(upload_id=upload_id, account_id=self.me.pk, at=timezone.now())
        return answer(upload_state(upload))

    @documented("Give an upload up, with its parts", status=204, errors=(404, 409))
    def delete(self, request: Request, upload_id: int) -> Response:
        services.upload_abort(upload_id=upload_id, account_id=self.me.pk)
        return Response(status=204)


class UploadPart(SignedInView):
    """/api/reels/uploads/{upload_id}/parts/{number}"""

    parser_classes = [Bytes]
    rate_scopes = {"PUT": "upload_part"}

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "Content-Digest",
                {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
                OpenApiParameter.HEADER,
                description="RFC 9530: the part is refused if its SHA-256 is another.",
            )
        ]
    )
    @documented(
        "Send a part",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        data=UploadState,
        errors=(404, 409),
        description="Sent again it replaces what came before.",
    )
    def put(self, request: Request, upload_id: int, number: int) -> Response:
        upload = services.part_put(
            upload_id=upload_id,
            account_id=self.me.pk,
            number=number,
            body=request.data,
            length=int(request.META["CONTENT_LENGTH"]),
            sha256=_digest(request.headers.get("Content-Digest")),
            at=timezone.now(),
        )
        return answer(upload_state(upload), "The part is there.")


class UploadFinish(SignedInView):
    """/api/reels/uploads/{upload_id}/finish"""

    rate_scopes = {"POST": "upload_finish"}
    is_slow = True

    @documented(
        "Make a reel of an upload whose parts are all there",
        request=ReelWords,
        data=ReelState,
        status=202,
        errors=(403, 404, 409),
        description="Asked again it gives the same reel: ask /api/reels/{id} until it is ready.",
    )
    def post(self, request: Request, upload_id: int) -> HttpResponse:
        _keep(request)
        draft = ReelWords(data=request.data)
        draft.is_valid(raise_exception=True)
        now = timezone.now()
        with services.upload_joined(upload_id=upload_id, account_id=self.me.pk, at=now) as (
            upload,
            video,
        ):
            return self.answered(
                request,
                lambda: taken_in(
                    services.upload_finish(upload, video, at=now, **draft.validated_data)
                ),
            )


def _keep(request: Request) -> None:
    """Have Django read and keep the body: an Idempotency-Key is bound to it."""
    request._request.body  # noqa: B018


def _digest(header: str | None) -> bytes | None:
    """Return the SHA-256 that the header names; None without one.

    :raises Invalid: if it names none that can be checked.
    """
    if header is None:
        return None
    found = _SHA256.search(header)
    if found is None:
        raise Invalid("Content-Digest must be sha-256=:BASE64:.", code="invalid_digest")
    return base64.b64decode(found[1])
