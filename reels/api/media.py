"""Giving out videos and their thumbnails to those who may see them.

Behind nginx this view only decides, and nginx sends the file; embedded, it does both.
"""

import re
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from reels.selectors import StoredFile, file_for
from socialml.api.errors import json_failure

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z", re.ASCII)
# Whatever the bytes are, a browser runs nothing of them and believes our type.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "private, max-age=3600",
    "Accept-Ranges": "bytes",
}


class Part:
    """A part of a file, read no further than its end."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self.file, self.left = file, length
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        chunk = self.file.read(wanted)
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()


def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """/media/{name}: 200, 206 for a range, 416 for one outside, 404 for what is not to be seen."""
    if request.method not in ("GET", "HEAD"):
        return json_failure(
            request, status=405, code="method_not_allowed", message="No such method here."
        )
    found = file_for(name=name, token=request.GET.get("t", ""), at=timezone.now())
    if found and settings.SOCIALML_MEDIA_INTERNAL:
        return _secured(_handed_on(found))
    try:
        file = default_storage.open(found.name) if found else None
    except FileNotFoundError:
        file = None
    if found is None or file is None:
        return json_failure(request, status=404, code="not_found", message="There is nothing here.")
    return _secured(_answer(request, found, file))


def _handed_on(found: StoredFile) -> HttpResponse:
    response = HttpResponse(content_type=found.content_type)
    response["X-Accel-Redirect"] = f"{settings.SOCIALML_MEDIA_INTERNAL}{found.name}"
    return response


def _secured(response: HttpResponseBase) -> HttpResponseBase:
    for header, value in _SAFE.items():
        response[header] = value
    return response


def _answer(request: HttpRequest, found: StoredFile, file: IO[bytes]) -> HttpResponseBase:
    size = default_storage.size(found.name)
    asked = _RANGE.match(request.headers.get("Range", ""))
    if asked is None or asked.groups() == ("", ""):
        # Other units and several ranges at once may be ignored: RFC 9110, section 14.2.
        return _part(found, file, 0, size, status=200)
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) if first and last else size - 1, size - 1)
    if start > end:
        file.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    response = _part(found, file, start, end - start + 1, status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


def _part(
    found: StoredFile, file: IO[bytes], start: int, length: int, *, status: int
) -> HttpResponseBase:
    response = FileResponse(
        Part(file, start, length), content_type=found.content_type, status=status
    )
    response["Content-Length"] = str(length)
    return response
