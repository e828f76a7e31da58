"""The one shape of every success and the one shape of every failure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rest_framework.response import Response

_START = b'{"message":"'


def timestamp() -> str:
    """Return the moment of answering, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer(
    data: Any,
    message: str = "OK",
    *,
    ml_insights: Mapping[str, Any] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the success that carries `data`."""
    body = {
        "message": message,
        "data": data,
        "ml_insights": ml_insights or {},
        "timestamp": timestamp(),
    }
    return Response(body, status=status, headers=dict(headers or {}))


def answer_bytes(data: bytes, message: str, ml_insights: bytes = b"{}") -> bytes:
    """Return the body of a success whose `data` is JSON already; `message` is plain ASCII."""
    return b"".join(
        (
            _START,
            message.encode(),
            b'","data":',
            data,
            b',"ml_insights":',
            ml_insights,
            b',"timestamp":"',
            timestamp().encode(),
            b'"}',
        )
    )


def failure(
    *, message: str, code: str, fields: Mapping[str, Any] | None = None, request_id: str = ""
) -> dict[str, Any]:
    """Return the body of a failure. `fields` maps a field's name to what is wrong with it."""
    return {
        "message": message,
        "error": {"code": code, "fields": dict(fields or {})},
        "request_id": request_id,
        "timestamp": timestamp(),
    }
