"""Deleting reels, and what was left behind by those that failed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.db import transaction

from posts.models import Post
from posts.services import PostNotFound, post_delete
from reels.models import Reel
from reels.models.files import FOLDER, NAME
from reels.services import storage
from reels.services.processing import reel_reject
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
        names = Reel.objects.filter(pk=post_id).values_list("video", "thumbnail").first()
        if names is None:
            raise missing
        try:
            post_delete(post_id=post_id, author_id=author_id, at=at)
        except PostNotFound as error:
            # In the words of the other refusal: nobody learns that it is there.
            raise missing from error
        storage.files_delete_later(names)


def media_sweep(*, at: datetime) -> int:
    """Delete files that no reel owns any more, and give up reels whose job died.

    Returns how many files went. For the moments when a process was killed between a file and
    its row, and for posts that were deleted without their reel.
    """
    _stuck_reject(at)
    deleted, files = 0, _files()
    while names := list(islice(files, _AT_ONCE)):
        keys = {name: match[1] for name in names if (match := NAME.match(name))}
        owned = set(Reel.objects.filter(key__in=keys.values()).values_list("key", flat=True))
        for name, key in keys.items():
            is_old = default_storage.get_modified_time(name) < at - LEFT_AFTER
            if key not in owned and is_old:
                default_storage.delete(name)
                deleted += 1
    return deleted


def _files() -> Iterator[str]:
    if not default_storage.exists(FOLDER):
        return
    for folder in default_storage.listdir(FOLDER)[0]:
        for file in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            yield f"{FOLDER}/{folder}/{file}"


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
