"""Reels as the services would have left them."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile

from posts.models import Post
from posts.tests.factories import NOON, PostFactory
from profiles.models import User
from reels.models import Reel
from reels.models.files import file_name
from reels.services import reel_create, reel_process, video_check
from reels.services.storage import key_make
from reels.tests.clips import clip


def temporary(content: bytes, name: str = "holiday.mp4") -> TemporaryUploadedFile:
    """Return `content` as Django hands an uploaded file on."""
    file = TemporaryUploadedFile(name, "video/mp4", len(content), None)
    Path(file.temporary_file_path()).write_bytes(content)
    return file


def waiting_reel(author: User, *, content: bytes | None = None, **post: str) -> Reel:
    """Return an upload that the worker has not seen."""
    file = temporary(clip() if content is None else content)
    with file:
        return reel_create(
            author_id=author.pk, file=file, container=video_check(file), at=NOON, **post
        )


def stored_reel(author: User) -> Reel:
    """Return a reel that is out, as rows and files alone: nothing looked into its video."""
    key = key_make()
    video = default_storage.save(file_name(key, "mp4"), ContentFile(clip()))
    thumbnail = default_storage.save(file_name(key, "jpg"), ContentFile(b"a picture"))
    media = {"video": f"/media/{video}", "thumbnail": f"/media/{thumbnail}"}
    post = PostFactory(author=author, kind=Post.Kind.REEL, media=media)
    return Reel.objects.create(
        post=post,
        key=key,
        state=Reel.State.READY,
        video=video,
        thumbnail=thumbnail,
        content_type="video/mp4",
        size_bytes=len(clip()),
        uploaded_at=NOON,
    )


def ready_reel(author: User, **post: str) -> Reel:
    """Return a reel that is out."""
    reel = waiting_reel(author, **post)
    reel_process(post_id=reel.pk, at=NOON)
    reel.refresh_from_db()
    return reel
