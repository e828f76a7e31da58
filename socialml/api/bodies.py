"""Bodies where none is asked for: nothing or {} passes, anything else is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from rest_framework.exceptions import ParseError, UnsupportedMediaType

from socialml.api.parsers import StrictJSON

Method = TypeVar("Method", bound=Callable[..., Any])


def bodiless(method: Method) -> Method:
    """Mark a view method that takes no body."""
    method.is_bodiless = True  # type: ignore[attr-defined]
    return method


def body_refuse(request: HttpRequest, method: Callable[..., Any]) -> None:
    """Let the request pass unless `method` takes no body and it carries one.

    An ignored body would let its sender believe that it counted.

    :raises ParseError: if the body says something, or is no clear JSON.
    :raises UnsupportedMediaType: if it is not JSON at all.
    """
    if not getattr(method, "is_bodiless", False) or not _length(request):
        return
    if request.content_type != StrictJSON.media_type:
        raise UnsupportedMediaType(request.content_type or "")
    if StrictJSON().parse(request, request.META["CONTENT_TYPE"]) != {}:
        raise ParseError("This takes no body: leave it out.", code="unexpected_body")


def _length(request: HttpRequest) -> str:
    return str(request.META.get("CONTENT_LENGTH") or "").strip("0")
