"""Uploads in parts: started, filled, given up and expired. What they become is in `finishing`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from profiles.models import User
from profiles.services import AccountGone
from reels.models import Upload, UploadPart
from reels.models.files import part_name
from reels.selectors.uploads import UploadNotFound, upload_known
from reels.services import storage
from reels.services.bodies import body_receive
from reels.services.remote import Target, target_close_later
from socialml.core.errors import Conflict, Invalid, NotFound, TooLarge

_AT_ONCE = 500


class VideoTooLarge(TooLarge):
    """The video has more bytes than are taken."""

    code = "video_too_large"


class TooManyUploads(Conflict):
    """The account has as much on its way as it may: finish or give up something first."""

    code = "too_many_uploads"


class UploadClosed(Conflict):
    """The upload takes no more parts: it is being checked, was rejected, or is a reel."""

    code = "upload_closed"


class NoSuchPart(NotFound):
    """The upload has fewer parts."""


def upload_start(
    *, account_id: int, size_bytes: int, content_type: str, at: datetime, target: Target
) -> Upload:
    """Announce a video whose parts will come to `target`.

    :raises VideoTooLarge: if it has more bytes than are taken.
    :raises TooManyUploads: if it would be one too many, or its bytes too many, of the account.
    :raises AccountGone: if the account is suspended or erased.
    """
    if size_bytes > settings.MAX_VIDEO_SIZE_BYTES:
        message = f"A video has at most {settings.MAX_VIDEO_SIZE_BYTES} bytes."
        raise VideoTooLarge(message, fields={"size_bytes": [message]})
    with transaction.atomic():
        # Held until the row is there: of two starts at once the second counts the first.
        active = User.objects.active().select_for_update(no_key=True)
        if active.filter(pk=account_id).first() is None:
            raise AccountGone("This account is closed.")
        _quota_check(account_id, size_bytes, at)
        return Upload.objects.create(
            account_id=account_id,
            content_type=content_type,
            size_bytes=size_bytes,
            part_size_bytes=settings.SOCIALML_UPLOAD_PART_BYTES,
            started_at=at,
            expires_at=expiry(at),
            remote_id=target.remote_id,
            remote_name=target.remote_name,
        )


def part_put(
    *,
    upload_id: int,
    account_id: int,
    number: int,
    body: IO[bytes],
    length: int,
    at: datetime,
    sha256: bytes | None = None,
) -> Upload:
    """Take in part `number`, in place of what came as that part before; return the upload.

    The part counts once all its bytes lie in the storage. Of two at once one stays, whole.

    :raises UploadNotFound: if there is no such upload, or it goes meanwhile.
    :raises NoSuchPart: if it has fewer parts.
    :raises UploadClosed: if it takes no more parts.
    :raises Invalid: if the body has another length than the part, or not the digest `sha256`.
    """
    upload = upload_known(upload_id=upload_id, account_id=account_id, at=at)
    _length_check(upload, number, length)
    _receiving_check(upload)
    name = part_name(storage.key_make())
    with storage.work_folder() as folder:
        path = folder / "part"
        body_receive(body, path, size_bytes=length, sha256=sha256)
        try:
            storage.file_put(name, path)
            return _part_record(upload, number, name, at=at)
        except BaseException:
            storage.files_delete([name])
            raise


def upload_abort(*, upload_id: int, account_id: int) -> None:
    """Give an upload up, with all that came of it; one that is gone already is fine.

    :raises Conflict: if it is a reel by now.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload_id, account_id=account_id)
        for found in upload:
            if found.reel_id is not None:
                text = f"This upload is reel {found.reel_id}: delete that."
                raise Conflict(text, code="upload_finished")
            _delete(found)


def uploads_delete(uploads: Iterable[int]) -> int:
    """Delete these uploads with what came of them, and return how many there were.

    The reels of finished ones stay.
    """
    count = 0
    for upload_id in uploads:
        with transaction.atomic():
            for upload in Upload.objects.select_for_update().filter(pk=upload_id):
                _delete(upload)
                count += 1
    return count


def uploads_expire(*, at: datetime) -> int:
    """Delete the uploads whose time is over, and return how many."""
    expired = Upload.objects.filter(expires_at__lte=at).values_list("pk", flat=True)
    return uploads_delete(list(expired[:_AT_ONCE]))


def expiry(at: datetime) -> datetime:
    """Return until when an upload that was started or finished `at` is known."""
    return at + timedelta(hours=settings.SOCIALML_UPLOAD_HOURS)


def parts_drop(upload: Upload) -> None:
    """Delete the parts of an upload whose row is held: rows now, what is stored afterwards."""
    if upload.reel_id is None:
        target_close_later(upload)
    storage.files_delete_later(upload.parts.values_list("name", flat=True))
    upload.parts.all().delete()


def _delete(upload: Upload) -> None:
    parts_drop(upload)
    upload.delete()


def _quota_check(account_id: int, size_bytes: int, at: datetime) -> None:
    mine = Upload.objects.open().filter(account_id=account_id, expires_at__gt=at)
    found = mine.aggregate(count=Count("pk"), announced=Sum("size_bytes"))
    if found["count"] >= settings.SOCIALML_UPLOADS_OPEN:
        raise TooManyUploads(
            f"At most {settings.SOCIALML_UPLOADS_OPEN} uploads may be open: finish or delete one."
        )
    if (found["announced"] or 0) + size_bytes > settings.SOCIALML_UPLOADS_OPEN_BYTES:
        text = f"Open uploads have at most {settings.SOCIALML_UPLOADS_OPEN_BYTES} bytes together."
        raise TooManyUploads(f"{text} Finish or delete one.", code="upload_quota")


def _length_check(upload: Upload, number: int, length: int) -> None:
    if number > upload.part_count:
        raise NoSuchPart(f"Upload {upload.pk} has {upload.part_count} parts.")
    wanted = upload.part_bytes(number)
    if length != wanted:
        text = f"Part {number} has {wanted} bytes; this body has {length}."
        raise Invalid(text, code="part_size")


def _receiving_check(upload: Upload) -> None:
    if upload.remote_id:
        raise UploadClosed("Send the parts to the addresses in part_urls.", code="upload_direct")
    if upload.state != Upload.State.RECEIVING:
        raise UploadClosed(f"Upload {upload.pk} takes no more parts.")


def _part_record(upload: Upload, number: int, name: str, *, at: datetime) -> Upload:
    with transaction.atomic():
        held = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if held is None:
            raise UploadNotFound(f"There is no upload {upload.pk}.")
        _receiving_check(held)
        known = UploadPart.objects.filter(upload=held, number=number)
        storage.files_delete_later(known.values_list("name", flat=True))
        known.delete()
        UploadPart.objects.create(upload=held, number=number, name=name, received_at=at)
    return held
