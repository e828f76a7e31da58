"""Deleting reels, and what was left behind by those that failed."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.db import transaction

from posts.models import Post
from posts.services import PostNotFound, post_delete
from reels.models import Reel, Upload, UploadPart
from reels.models.files import FOLDER, NAME, PARTS_FOLDER
from reels.selectors.reels import reels_known
from reels.services import storage
from reels.services.copies import copies_sweep
from reels.services.processing import key_files, reel_files, reel_reject
from reels.services.remote import targets_sweep
from reels.services.resumable import uploads_expire
from reels.services.sounds import sounds_drop, sounds_sweep
from socialml.core.models import Job

# An upload is stored a moment before its row; nothing younger than this is left behind.
LEFT_AFTER = timedelta(hours=1)
_AT_ONCE = 500


def reel_delete(*, post_id: int, author_id: int, at: datetime) -> None:
    """Delete the reel, its post and its files.

    :raises PostNotFound: if there is no such reel or the asker may not know of it.
    :raises NotTheAuthor: if it is another's.
    """
    missing = PostNotFound(f"There is no reel {post_id}.")
    with transaction.atomic():
        known = reels_known(author_id).filter(pk=post_id)
        reel = known.first()
        if reel is None:
            raise missing
        names = {*key_files(reel.key), *reel_files(reel)}
        try:
            post_delete(post_id=post_id, author_id=author_id, at=at)
        except PostNotFound as error:
            # In the words of the other refusal: nobody learns that it is there.
            raise missing from error
        if reel.sound_id is not None:
            sounds_drop([reel.sound_id])
        storage.files_delete_later(names)


def media_sweep(*, at: datetime) -> int:
    """Delete what nobody owns any more or waited for too long, and finish what was left undone.

    Reels whose job died are given up, and moderators told of copies that they were not told of.

    Returns how many files had no owner. For the moments when a process was killed between a file
    and its row, for posts that were deleted without their reel, and for uploads that were never
    finished.
    """
    _stuck_reject(at)
    uploads_expire(at=at)
    targets_sweep(before=at - LEFT_AFTER)
    copies_sweep(at=at)
    sounds_sweep()
    storage.work_sweep()
    return _ownerless_delete(FOLDER, _owned_by_reels, at) + _ownerless_delete(
        PARTS_FOLDER, _owned_by_uploads, at
    )


def _ownerless_delete(folder: str, owned_of: Callable[[list[str]], set[str]], at: datetime) -> int:
    deleted, files = 0, _files(folder)
    while names := list(islice(files, _AT_ONCE)):
        for name in set(names) - owned_of(names):
            # Another sweep may have been here.
            with suppress(FileNotFoundError):
                if default_storage.get_modified_time(name) < at - LEFT_AFTER:
                    default_storage.delete(name)
                    deleted += 1
    return deleted


def _owned_by_reels(names: list[str]) -> set[str]:
    """Return the names that a reel or an upload owns, and those that are none of ours."""
    keys = {name: match[1] for name in names if (match := NAME.match(name))}
    owned = set(Reel.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    coming = set(Upload.objects.filter(remote_name__in=names).values_list("remote_name", flat=True))
    return coming | {name for name in names if name not in keys or keys[name] in owned}


def _owned_by_uploads(names: list[str]) -> set[str]:
    return set(UploadPart.objects.filter(name__in=names).values_list("name", flat=True))


def _files(folder: str) -> Iterator[str]:
    for inner in _listed(folder)[0]:
        for file in _listed(f"{folder}/{inner}")[1]:
            yield f"{folder}/{inner}/{file}"


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _stuck_reject(at: datetime) -> None:
    stuck = Reel.objects.filter(
        state=Reel.State.PROCESSING,
        uploaded_at__lt=at - LEFT_AFTER,
        post__moderation=Post.Moderation.PROCESSING,
    )
    for post_id in stuck.values_list("pk", flat=True)[:_AT_ONCE]:
        alive = Job.objects.exclude(state=Job.State.DEAD)
        if not alive.filter(task="reels.tasks.reel_process", kwargs__post_id=post_id).exists():
            message = "It could not be processed: upload it again."
            reel_reject(post_id=post_id, code="processing_failed", message=message, at=at)
