"""Reading uploads: one's own, until they expire."""

from datetime import datetime
from typing import Any

from reels.models import Upload
from reels.selectors.reels import state_of
from reels.selectors.remote import part_urls, remote_parts
from socialml.core.errors import NotFound


class UploadNotFound(NotFound):
    """There is no such upload of this account, or no more."""


def upload_known(*, upload_id: int, account_id: int, at: datetime) -> Upload:
    """Return the account's upload. One query.

    :raises UploadNotFound: if it is another's, expired or gone.
    """
    mine = Upload.objects.select_related("reel").filter(account_id=account_id, expires_at__gt=at)
    upload = mine.filter(pk=upload_id).first()
    if upload is None:
        raise UploadNotFound(f"There is no upload {upload_id}.")
    return upload


def uploads_open(*, account_id: int, at: datetime) -> list[Upload]:
    """Return what the account may still finish, newest first. One query."""
    mine = Upload.objects.open().filter(account_id=account_id, expires_at__gt=at)
    return list(mine.order_by("-pk"))


def upload_state(upload: Upload, parts: list[int] | None = None) -> dict[str, Any]:
    """Return how far an upload is, and how far its reel, once it is one.

    One query at most, or S3 is asked; neither where `parts` says which are there.
    """
    parts = parts_received(upload) if parts is None else parts
    received = sum(upload.part_bytes(number) for number in parts)
    state, percent, error = str(upload.state), 100 * received // upload.size_bytes, None
    if upload.state == Upload.State.REJECTED:
        error = {"code": upload.error_code, "message": upload.error_message}
    if upload.reel is not None:
        reel = state_of(upload.reel)
        state, percent, error = reel["state"], reel["percent"], reel["error"]
    return {
        "id": upload.pk,
        "state": state,
        "percent": percent,
        "content_type": upload.content_type,
        "size_bytes": upload.size_bytes,
        "part_size_bytes": upload.part_size_bytes,
        "part_count": upload.part_count,
        "parts": parts,
        "part_urls": part_urls(upload, parts) if upload.remote_id and upload.is_open else None,
        "reel_id": upload.reel_id,
        "error": error,
        "started_at": upload.started_at,
        "expires_at": upload.expires_at,
    }


def parts_received(upload: Upload) -> list[int]:
    """Return the numbers of the parts that are there. One query, or S3 is asked."""
    if not upload.is_open:
        return []
    if upload.remote_id:
        return sorted(remote_parts(upload) or ())
    return list(upload.parts.order_by("number").values_list("number", flat=True))
