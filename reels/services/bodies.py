"""Writing what a client sends into a file, as it comes."""

import errno
import hashlib
import os
from pathlib import Path
from typing import IO

from socialml.core.errors import Invalid, NotReady

_CHUNK = 256 * 1024


class StorageFull(NotReady):
    """There is no room for more just now."""

    code = "storage_full"


def body_receive(
    body: IO[bytes], path: Path, *, size_bytes: int, sha256: bytes | None = None
) -> None:
    """Write `size_bytes` of `body` to `path`, where they outlive a loss of power.

    :raises Invalid: if the body ends before, or its SHA-256 is not `sha256`.
    :raises StorageFull: if they find no room.
    """
    try:
        digest = _write(body, path, size_bytes)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("There is no room for more just now: try later.") from error
        raise
    if sha256 is not None and digest != sha256:
        raise Invalid("The body has another digest: send it again.", code="digest_mismatch")


def _write(body: IO[bytes], path: Path, size_bytes: int) -> bytes:
    hasher, left = hashlib.sha256(), size_bytes
    with path.open("wb") as file:
        while left:
            chunk = body.read(min(left, _CHUNK))
            if not chunk:
                raise Invalid("The body ended before its length.", code="incomplete_upload")
            hasher.update(chunk)
            file.write(chunk)
            left -= len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return hasher.digest()
