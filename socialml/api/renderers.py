"""JSON out, and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpRequest
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
_SPELLED = {"application/json": "JSON"}


class JSON(BaseRenderer):
    """Render with orjson; bytes pass as they are."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        if isinstance(data, bytes):
            return data
        return orjson.dumps(data, default=str, option=_OPTIONS)


def accept_check(request: HttpRequest, *, media_type: str = JSON.media_type) -> None:
    """Let a request pass that takes `media_type`; most say so by `*/*`, or by no Accept at all.

    :raises NotAcceptable: if it wants something else.
    """
    accepted = request.META.get("HTTP_ACCEPT", "*/*")
    ranges = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
    is_format = "format=" in request.META.get("QUERY_STRING", "") and request.GET.get("format")
    taken = {"*/*", f"{media_type.partition('/')[0]}/*", media_type}
    if taken.isdisjoint(ranges) or (is_format and is_format != "json"):
        raise NotAcceptable(f"There is {_SPELLED.get(media_type, media_type)} only.")


class AlwaysJSON(BaseContentNegotiation):
    """Answer JSON: there is nothing else to choose."""

    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser | None:
        content_type = (request.content_type or "").split(";")[0].strip().lower()
        return next((p for p in parsers if p.media_type == content_type), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type
