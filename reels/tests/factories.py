"""Reels as the services would have left them."""

from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils import timezone

from posts.models import Post
from posts.services import fragment_write
from posts.tests.factories import NOON, PostFactory
from profiles.models import User
from reels.measures import VERSION
from reels.models import Reel, Rendition, Sound, SoundHash, Upload, UploadPart, VideoHash
from reels.models.files import POSTER, file_name, part_name
from reels.services import reel_create, reel_process, video_check
from reels.services.processing import media_of
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


# As the measures would say it of a dull clip.
ANALYSIS = {
    "version": VERSION,
    "nudity": 0.2718281,
    "nudity_at_seconds": 0.5,
    "sharpness": 12.0,
    "cuts": [0.5],
    "black": [{"start": 0.0, "end": 0.2}],
    "depth": "every",
    "is_complete": True,
    "quality": {
        "score": 0.31,
        "parts": {"sharpness": 0.2},
        "advice": [{"part": "sharpness", "text": "Hold the focus.", "score": 0.5}],
    },
}

NUDITY = {"nudity": {"score": 0.2718281, "at_seconds": 0.5, "model": "open_nsfw"}}


def stored_reel(author: User) -> Reel:
    """Return a reel that is out, as rows and files alone: nothing looked into its video."""
    reel = Reel(
        key=key_make(),
        state=Reel.State.READY,
        content_type="video/mp4",
        size_bytes=len(clip()),
        duration_ms=1000,
        has_audio=False,
        analysis=ANALYSIS,
        blurhash="UQE{{{00-?joMrIR%NIox=k6xsM#otRDoux@",
        uploaded_at=NOON,
    )
    reel.thumbnail = file_name(reel.key, POSTER)
    facts = {"reel": reel, "width": 64, "height": 48, "size_bytes": 1, "made_at": NOON}
    large = Rendition(
        name="large", codecs="avc1.64001f", segments=[[1.0, 10, 90]], init_bytes=10, **facts
    )
    rows = [large, Rendition(name="pictures", **facts)]
    for row in rows:
        for name in row.files():
            content = b"a picture" if name.endswith("webp") else clip()
            default_storage.save(name, ContentFile(content))
    media = media_of(reel, rows)
    reel.post = PostFactory(author=author, kind=Post.Kind.REEL, media=media, insights=NUDITY)
    reel.save(force_insert=True)
    VideoHash.objects.create(reel=reel, hashes=b"\x27\x18\x28\x18" * 4)
    for row in rows:
        row.reel = reel
        row.save(force_insert=True)
    return reel


def sound_of(*reels: Reel) -> Sound:
    """Return a sound that these reels have, begun by the first."""
    sound = Sound.objects.create(origin=reels[0], created_at=NOON)
    SoundHash.objects.create(sound=sound, hash=0x31415926, step=5)
    ids = [reel.pk for reel in reels]
    Reel.objects.filter(pk__in=ids).update(sound=sound)
    Post.objects.filter(pk__in=ids).update(sound_id=sound.pk)
    fragment_write(ids)
    return sound


def received_upload(author: User) -> Upload:
    """Return an upload whose one part has come."""
    now = timezone.now()
    upload = Upload.objects.create(
        account=author,
        content_type="video/mp4",
        size_bytes=len(clip()),
        part_size_bytes=len(clip()),
        started_at=now,
        expires_at=now + timedelta(hours=1),
    )
    name = default_storage.save(part_name(key_make()), ContentFile(clip()))
    UploadPart.objects.create(upload=upload, number=1, name=name, received_at=now)
    return upload


def ready_reel(author: User, **post: str) -> Reel:
    """Return a reel that is out."""
    reel = waiting_reel(author, **post)
    reel_process(post_id=reel.pk, at=NOON)
    reel.refresh_from_db()
    return reel
