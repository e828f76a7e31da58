"""Taking in a video: looked at quickly, stored under a name of our own, processed later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from posts.models import Post
from posts.services import post_create
from reels.models import Reel
from reels.models.files import file_name
from reels.services import storage
from reels.services.containers import Container, container_of
from reels.services.probe import video_glance
from reels.services.refusals import VideoRefused
from socialml.core.queue import enqueue


class Words(TypedDict, total=False):
    """What its author writes beside a video."""

    content: str
    category: str
    hashtags: Sequence[str]


def video_check(file: TemporaryUploadedFile) -> Container:
    """Return what container `file` is, having looked into it for half a second.

    Call it before any transaction: it starts a process.

    :raises VideoRefused: if it is nothing that the worker could make a reel of.
    """
    size = file.size or 0
    if size > settings.MAX_VIDEO_SIZE_BYTES:
        raise VideoRefused("The file is too large.", code="video_too_large")
    container = container_of(file, size_bytes=size, name=file.name or "")
    video_glance(Path(file.temporary_file_path()), container)
    return container


@dataclass(frozen=True, slots=True)
class StoredVideo:
    """A video in the media storage that no reel owns yet."""

    key: str
    name: str
    content_type: str
    size_bytes: int


def reel_create(
    *,
    author_id: int,
    file: TemporaryUploadedFile,
    container: Container,
    at: datetime,
    **words: Unpack[Words],
) -> Reel:
    """Store a video that `video_check` let pass, with its post that nobody sees yet.

    The worker looks into the whole of it and brings the post out. If anything fails the file is
    gone again.

    :raises TooManyHashtags: if content and `hashtags` together name too many.
    :raises AccountGone: if the account is suspended or erased.
    """
    key = storage.key_make()
    name = default_storage.save(file_name(key, container.extension), file)
    video = StoredVideo(key, name, container.content_type, file.size or 0)
    try:
        return reel_record(author_id=author_id, video=video, at=at, **words)
    except BaseException:
        default_storage.delete(name)
        raise


def reel_record(
    *, author_id: int, video: StoredVideo, at: datetime, **words: Unpack[Words]
) -> Reel:
    """Make the rows of a stored video's reel, and have the worker process it.

    :raises TooManyHashtags: if content and `hashtags` together name too many.
    :raises AccountGone: if the account is suspended or erased.
    """
    with transaction.atomic():
        post = post_create(
            author_id=author_id,
            at=at,
            kind=Post.Kind.REEL,
            moderation=Post.Moderation.PROCESSING,
            content=words.get("content", ""),
            category=words.get("category", ""),
            hashtags=words.get("hashtags", ()),
        )
        reel = Reel.objects.create(
            post=post,
            key=video.key,
            video=video.name,
            content_type=video.content_type,
            size_bytes=video.size_bytes,
            uploaded_at=at,
        )
        enqueue(
            "reels.tasks.reel_process",
            queue="media",
            key=job_key(post.pk),
            post_id=post.pk,
            file_key=video.key,
        )
    return reel


def job_key(post_id: int) -> str:
    """Return the key of the job that processes a reel."""
    return f"reel:{post_id}"
