"""What lies in S3, where media lie there: parts of uploads, and files read from a place on.

Its client comes from the storage, so that nothing here needs it installed.
"""

from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage

from reels.models import Upload

# An address that a part may be sent to, or asked anew.
_OPEN_SECONDS = 3600


def is_remote() -> bool:
    """Return whether media lie in S3."""
    return bool(settings.SOCIALML_MEDIA_S3_BUCKET)


def client() -> Any:
    """Return this thread's client of S3."""
    storage: Any = default_storage
    return storage.connection.meta.client


def place(upload: Upload) -> dict[str, str]:
    """Return how S3 is told which upload is meant."""
    return {**named(upload.remote_name), "UploadId": upload.remote_id}


def named(name: str) -> dict[str, str]:
    """Return how S3 is told which object is meant."""
    return {"Bucket": settings.SOCIALML_MEDIA_S3_BUCKET, "Key": name}


def remote_parts(upload: Upload) -> dict[int, str] | None:
    """Return the mark of each part that came whole, by its number; None if S3 has no such upload.

    It has none before it was started, after it was given up, and once it was put together.
    """
    s3 = client()
    found: dict[int, str] = {}
    try:
        for page in s3.get_paginator("list_parts").paginate(**place(upload)):
            for part in page.get("Parts", ()):
                number = part["PartNumber"]
                if number <= upload.part_count and part["Size"] == upload.part_bytes(number):
                    found[number] = part["ETag"]
    except s3.exceptions.NoSuchUpload:
        return None
    return found


def part_urls(upload: Upload, parts: list[int]) -> list[dict[str, Any]]:
    """Return an address for each part that is not among `parts`: PUT it there, without a token.

    Each takes a body of just the part's length, for an hour.
    """
    s3, there = client(), set(parts)
    return [
        {
            "number": number,
            "url": s3.generate_presigned_url(
                "upload_part",
                Params={
                    **place(upload),
                    "PartNumber": number,
                    "ContentLength": upload.part_bytes(number),
                },
                ExpiresIn=_OPEN_SECONDS,
            ),
        }
        for number in range(1, upload.part_count + 1)
        if number not in there
    ]


def content_open(name: str, *, start: int, length: int) -> IO[bytes]:
    """Return `length` bytes of a stored file from `start` on, to be read once.

    :raises FileNotFoundError: if there is no such file.
    """
    if not is_remote() or not length:
        file: IO[bytes] = default_storage.open(name)
        file.seek(start)
        return file
    s3 = client()
    try:
        wanted = f"bytes={start}-{start + length - 1}"
        body: IO[bytes] = s3.get_object(**named(name), Range=wanted)["Body"]
    except s3.exceptions.NoSuchKey as error:
        raise FileNotFoundError(name) from error
    return body
