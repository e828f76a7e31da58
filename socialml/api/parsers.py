"""JSON in, strictly: what two readers could understand differently is refused."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser, MultiPartParser

DEEPEST = 32
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 1000


class PayloadTooLarge(APIException):
    status_code = 413
    default_code = "payload_too_large"
    default_detail = "The body is larger than this endpoint takes."


class StrictJSON(BaseParser):
    """UTF-8 JSON objects, at most 32 levels deep, no key twice, no NaN, no lone surrogates."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        check_charset(media_type)
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise PayloadTooLarge(f"The body is larger than {limit} bytes.")
        return json_parse(body)


class StrictMultiPart(MultiPartParser):
    """multipart/form-data whose last boundary has arrived."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        check_charset(media_type)
        counted = _Counted(stream)
        parsed = super().parse(counted, media_type, parser_context)
        declared = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and counted.received < int(declared):
            raise ParseError("The upload ended before its last part.", code="incomplete_upload")
        return parsed


class Bytes(BaseParser):
    """The body as it is, unread: the view takes it from the stream."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> IO[bytes]:
        return stream


class _Counted:
    """A stream that knows how much of it has been read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.received = stream, 0

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(size)
        self.received += len(chunk)
        return chunk


def json_parse(body: bytes) -> Any:
    """Return what the JSON text `body` says.

    :raises ParseError: with a code that says what is wrong.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParseError("The body is not UTF-8.", code="parse_error") from error
    if not text.strip():
        raise ParseError("The body is empty: send a JSON object.", code="parse_error")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}", code="parse_error") from error
    _check(value, depth=0)
    return value


def check_charset(media_type: str | None) -> None:
    """Refuse a declared charset other than UTF-8."""
    for parameter in (media_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in ("utf-8", "utf8"):
            error = UnsupportedMediaType(charset, detail="Send UTF-8.")
            error.detail = type(error.detail)("Send UTF-8.", code="unsupported_charset")
            raise error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"The key {twice[:64]!r} stands twice.", code="duplicate_key")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is no JSON number.", code="parse_error")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ParseError("A number in the body is too long.", code="parse_error")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ParseError("A number in the body is out of range.", code="invalid")
    return value


def _check(value: Any, *, depth: int) -> None:
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name)
            _check(inner, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth=depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError("Null characters are not allowed.", code="null_characters_not_allowed")
    if not text.isascii() and _SURROGATE.search(text):
        raise ParseError(
            "Surrogate characters are not allowed.", code="surrogate_characters_not_allowed"
        )


def _too_deep() -> ParseError:
    return ParseError(f"The body is nested deeper than {DEEPEST} levels.", code="json_too_deep")
