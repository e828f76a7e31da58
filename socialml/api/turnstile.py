"""What stands before Django where no proxy does: whoever sends slowly keeps nobody waiting."""

import threading
import uuid
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import orjson

from socialml.api.envelope import failure

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

# As many as two cores serve best, measured; the other threads wait for bodies, not for cores.
PLACES = 2
# Kept for requests without a body, however many bodies are awaited.
SPARE = 2
# A larger body is an upload, and read where it is written to disk.
LARGEST_BYTES = 1024 * 1024


class Turnstile:
    """Read a body whole before taking one of the PLACES in which requests are worked on.

    The server does not end a body that stops coming, so its client holds a thread for as long as
    it likes. At most `threads` - SPARE of them do: beyond, a request with a body is refused with
    503 at once, and those without one are served as ever.
    """

    def __init__(self, application: Application, *, threads: int) -> None:
        self.application = application
        self.places = threading.BoundedSemaphore(PLACES)
        self.readers = threading.BoundedSemaphore(threads - SPARE)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        length = _length(environ)
        if not length:
            return self._work(environ, start)
        if not self.readers.acquire(blocking=False):
            return _refuse(start)
        try:
            if length > LARGEST_BYTES:
                return self.application(environ, start)
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        finally:
            self.readers.release()
        return self._work(environ, start)

    def _work(self, environ: Environ, start: Start) -> Iterable[bytes]:
        with self.places:
            return self.application(environ, start)


def _length(environ: Environ) -> int:
    digits = environ.get("CONTENT_LENGTH") or "0"
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _refuse(start: Start) -> list[bytes]:
    request_id = uuid.uuid4().hex
    message = "Too many requests are on their way: try again."
    body = orjson.dumps(failure(message=message, code="unavailable", request_id=request_id))
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Retry-After", "5"),
        ("X-Request-ID", request_id),
    ]
    start("503 Service Unavailable", headers)
    return [body]
