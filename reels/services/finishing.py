"""From the parts of an upload to a reel: put together, looked into, and handed to the worker."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Unpack

from django.core.files.storage import default_storage
from django.db import transaction

from reels.models import Reel, Upload, UploadPart
from reels.models.files import file_name
from reels.selectors.uploads import UploadNotFound, parts_received, upload_known
from reels.services import storage
from reels.services.containers import Container, announced_check, container_of
from reels.services.probe import video_glance
from reels.services.refusals import VideoRefused
from reels.services.remote import parts_put_together
from reels.services.resumable import expiry, parts_drop
from reels.services.uploads import StoredVideo, Words, reel_record
from socialml.core.errors import Conflict

_CHUNK = 1024 * 1024
# As many missing parts as a message names.
_NAMED = 10


class UploadIncomplete(Conflict):
    """Not all parts are there."""

    code = "upload_incomplete"


@contextmanager
def upload_joined(
    *, upload_id: int, account_id: int, at: datetime
) -> Iterator[tuple[Upload, StoredVideo | None]]:
    """Give the upload and its whole video, looked into for half a second.

    There is no video where parts are missing, or where the upload is a reel already. Call it
    before any transaction: it copies the video and starts a process. The video goes again if no
    reel owns it afterwards. Nothing is held meanwhile: a process that is killed leaves an upload
    that may be finished again, and of two at once the second finds a reel.

    :raises UploadNotFound: if there is no such upload.
    :raises VideoRefused: if it is nothing that the worker could make a reel of; it stays rejected.
    """
    upload = upload_known(upload_id=upload_id, account_id=account_id, at=at)
    if upload.state == Upload.State.REJECTED:
        raise VideoRefused(upload.error_message, code=upload.error_code)
    if upload.reel_id is not None:
        yield upload, None
        return
    mine = Upload.objects.filter(pk=upload.pk)
    mine.filter(state=Upload.State.RECEIVING).update(state=Upload.State.CHECKING)
    try:
        joined = _video_remote if upload.remote_id else _video_joined
        with joined(upload) as video:
            yield upload, video
    except VideoRefused as refusal:
        _reject(upload, refusal)
        raise
    finally:
        mine.filter(state=Upload.State.CHECKING).update(state=Upload.State.RECEIVING)


def upload_finish(
    upload: Upload, video: StoredVideo | None, *, at: datetime, **words: Unpack[Words]
) -> Reel:
    """Make the reel of an upload, once: later calls return the same.

    :raises UploadNotFound: if the upload was given up meanwhile.
    :raises UploadIncomplete: if parts are missing, or one came anew meanwhile.
    :raises TooManyHashtags: if content and `hashtags` together name too many.
    :raises AccountGone: if the account is suspended or erased.
    """
    with transaction.atomic():
        # Held first: of two at once the second finds the reel.
        held = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if held is None:
            raise UploadNotFound(f"There is no upload {upload.pk}.")
        if held.reel is not None:
            return held.reel
        if video is None:
            raise UploadIncomplete(_missing(held))
        reel = reel_record(author_id=held.account_id, video=video, at=at, **words)
        held.state, held.reel, held.expires_at = Upload.State.FINISHED, reel, expiry(at)
        parts_drop(held)
        held.save(update_fields=["state", "reel", "expires_at"])
    return reel


def _missing(upload: Upload) -> str:
    there = set(parts_received(upload))
    missing = [str(n) for n in range(1, upload.part_count + 1) if n not in there]
    if not missing:
        return "A part came anew meanwhile: finish it again."
    more = " and more" if len(missing) > _NAMED else ""
    return f"Parts are missing: {', '.join(missing[:_NAMED])}{more}."


@contextmanager
def _video_joined(upload: Upload) -> Iterator[StoredVideo | None]:
    key, parts = storage.key_make(), list(upload.parts.order_by("number"))
    if len(parts) < upload.part_count:
        yield None
        return
    with storage.work_folder() as folder:
        path = folder / "video"
        if not all(_append(upload, part, path) for part in parts):
            yield None
            return
        container = _check(upload, path)
        name = file_name(key, container.extension)
        try:
            storage.file_put(name, path)
            yield StoredVideo(key, name, container.content_type, upload.size_bytes)
        finally:
            if not Reel.objects.filter(key=key).exists():
                storage.files_delete([name])


@contextmanager
def _video_remote(upload: Upload) -> Iterator[StoredVideo | None]:
    """Give the video that S3 made of the parts: it stays until its reel, or the upload, goes."""
    if not parts_put_together(upload):
        yield None
        return
    try:
        with storage.local_file(upload.remote_name) as path:
            container = _check(upload, path)
        key = upload.remote_name.rpartition("/")[2].partition(".")[0]
        yield StoredVideo(key, upload.remote_name, container.content_type, upload.size_bytes)
    finally:
        # Given up before S3 had put it together.
        if not Upload.objects.filter(pk=upload.pk).exists():
            storage.files_delete([upload.remote_name])


def _append(upload: Upload, part: UploadPart, path: Path) -> bool:
    """Copy the part to the end of `path`, and return whether it is as it was received.

    If it is not it counts as missing from then on; one that was sent again meanwhile has another
    row.
    """
    with path.open("ab") as whole:
        before = whole.tell()
        with suppress(FileNotFoundError), default_storage.open(part.name) as file:
            shutil.copyfileobj(file, whole, _CHUNK)
        is_whole = whole.tell() - before == upload.part_bytes(part.number)
    if not is_whole:
        UploadPart.objects.filter(pk=part.pk).delete()
    return is_whole


def _check(upload: Upload, path: Path) -> Container:
    with path.open("rb") as file:
        container = container_of(file, size_bytes=upload.size_bytes)
    announced_check(upload.content_type, container)
    video_glance(path, container)
    return container


def _reject(upload: Upload, refusal: VideoRefused) -> None:
    with transaction.atomic():
        held = Upload.objects.open().select_for_update().filter(pk=upload.pk)
        for found in held:
            parts_drop(found)
            found.state = Upload.State.REJECTED
            found.error_code, found.error_message = refusal.code, refusal.message[:200]
            found.save(update_fields=["state", "error_code", "error_message"])
