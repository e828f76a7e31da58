"""Uploads whose parts go straight to S3: opened there, put together, given up."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from reels.models import Upload
from reels.models.files import FOLDER, file_name
from reels.selectors.remote import client, is_remote, named, place, remote_parts
from reels.services import storage
from reels.services.containers import ANNOUNCED


@dataclass(frozen=True, slots=True)
class Target:
    """Where the parts of an upload go: to an object in S3, or here if both are empty."""

    remote_id: str = ""
    remote_name: str = ""


_ENDINGS = {"mov": "mp4", "matroska": "mkv", "avi": "avi"}


@contextmanager
def target_opened(content_type: str) -> Iterator[Target]:
    """Give where the parts of a new upload go; it is given up if no upload has it afterwards.

    Call it before any transaction: it may ask S3.
    """
    if not (is_remote() and settings.SOCIALML_UPLOADS_DIRECT):
        yield Target()
        return
    name = file_name(storage.key_make(), _ENDINGS[ANNOUNCED[content_type]])
    opened = client().create_multipart_upload(**named(name), ContentType=content_type)
    target = Target(opened["UploadId"], name)
    try:
        yield target
    finally:
        if not Upload.objects.filter(remote_name=name).exists():
            target_close(target)


def target_close(target: Target) -> None:
    """Give up what S3 has of an upload, put together or not."""
    _abort(target)
    default_storage.delete(target.remote_name)


def target_close_later(upload: Upload) -> None:
    """Give up what S3 has of the upload, if it is there, once the transaction commits."""
    if upload.remote_id:
        target = Target(upload.remote_id, upload.remote_name)
        transaction.on_commit(partial(target_close, target))


def parts_put_together(upload: Upload) -> bool:
    """Make one object of the upload's parts; return whether it is there. Safe to repeat."""
    s3, parts = client(), remote_parts(upload)
    if parts is not None:
        if len(parts) < upload.part_count:
            return False
        listed = [{"PartNumber": n, "ETag": mark} for n, mark in sorted(parts.items())]
        # Else another was faster.
        with suppress(s3.exceptions.NoSuchUpload):
            s3.complete_multipart_upload(**place(upload), MultipartUpload={"Parts": listed})
    with suppress(FileNotFoundError):
        return bool(default_storage.size(upload.remote_name) == upload.size_bytes)
    return False


def targets_sweep(*, before: datetime) -> int:
    """Give up what was opened in S3 before then and no upload has; return how many there were."""
    if not is_remote():
        return 0
    count, prefix = 0, f"{FOLDER}/"
    bucket = settings.SOCIALML_MEDIA_S3_BUCKET
    pages = client().get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for found in page.get("Uploads", ()):
            is_known = Upload.objects.filter(remote_id=found["UploadId"]).exists()
            if not is_known and found["Initiated"] < before:
                # An object of that name may be a reel's.
                _abort(Target(found["UploadId"], found["Key"]))
                count += 1
    return count


def _abort(target: Target) -> None:
    s3 = client()
    with suppress(s3.exceptions.NoSuchUpload):
        s3.abort_multipart_upload(**named(target.remote_name), UploadId=target.remote_id)
