"""Giving out videos, playlists and pictures to those who may see them.

Behind nginx this view only decides, and nginx sends the file; embedded, it does both.
"""

import re
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.utils import timezone

from reels.selectors import StoredFile, file_for
from reels.selectors.remote import content_open
from socialml.api.errors import json_failure

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z", re.ASCII)
# Whatever the bytes are, a browser runs nothing of them and believes our type.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    # What is taken down is gone from caches within a minute: each asks again, and an unchanged
    # file is answered without its bytes.
    "Cache-Control": "private, max-age=30",
    "Accept-Ranges": "bytes",
}


class Part:
    """A part of a file, read no further than its end."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file, self.left = file, length

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        chunk = self.file.read(wanted)
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()


def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """/media/{name}: 200, 206 for a range, 416 for one outside, 404 for what is not to be seen.

    302 leads to what took the place of a file.
    """
    if request.method not in ("GET", "HEAD"):
        return json_failure(
            request, status=405, code="method_not_allowed", message="No such method here."
        )
    found = file_for(name=name, token=request.GET.get("t", ""), at=timezone.now())
    if found and found.moved_to:
        return _secured(HttpResponseRedirect(found.moved_to), found)
    if found and found.text:
        return _secured(HttpResponse(found.text, content_type=found.content_type), found)
    if found and settings.SOCIALML_MEDIA_INTERNAL:
        return _secured(_handed_on(found), found)
    try:
        response = _answer(request, found) if found else None
    except FileNotFoundError:
        response = None
    if found is None or response is None:
        return json_failure(request, status=404, code="not_found", message="There is nothing here.")
    return _secured(response, found)


def _handed_on(found: StoredFile) -> HttpResponse:
    response = HttpResponse(content_type=found.content_type)
    response["X-Accel-Redirect"] = f"{settings.SOCIALML_MEDIA_INTERNAL}{found.name}"
    return response


def _secured(response: HttpResponseBase, found: StoredFile) -> HttpResponseBase:
    for header, value in _SAFE.items():
        response[header] = value
    if found.is_upload:
        # Bytes of somebody else's making are for saving: no page may show them.
        response["Content-Disposition"] = 'attachment; filename="original"'
    return response


def _answer(request: HttpRequest, found: StoredFile) -> HttpResponseBase:
    size = default_storage.size(found.name)
    # A name's bytes never change once they are given out.
    mark = f'"{size:x}"'
    if request.headers.get("If-None-Match") == mark:
        return _marked(HttpResponse(status=304), mark)
    return _marked(_ranged(request, found, size), mark)


def _marked(response: HttpResponseBase, mark: str) -> HttpResponseBase:
    response["ETag"] = mark
    return response


def _ranged(request: HttpRequest, found: StoredFile, size: int) -> HttpResponseBase:
    asked = _RANGE.match(request.headers.get("Range", ""))
    if asked is None or asked.groups() == ("", ""):
        # Other units and several ranges at once may be ignored: RFC 9110, section 14.2.
        return _part(found, 0, size, status=200)
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) if first and last else size - 1, size - 1)
    if start > end:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    response = _part(found, start, end - start + 1, status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


def _part(found: StoredFile, start: int, length: int, *, status: int) -> HttpResponseBase:
    file = content_open(found.name, start=start, length=length)
    response = FileResponse(Part(file, length), content_type=found.content_type, status=status)
    response["Content-Length"] = str(length)
    return response
