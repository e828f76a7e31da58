"""Which stored file an address means, and whether it may be given out."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef

from posts.models import Post
from posts.selectors.media import state_name, token_again, token_check
from reels.models import Reel, Rendition
from reels.models.files import NAME, ORIGINALS, POSTER, file_name, rendition_files
from reels.models.rendition import made_files
from reels.selectors.playlists import master_playlist, media_playlist

_TYPES = {"mp4": "video/mp4", "m4s": "video/mp4", "webp": "image/webp", "jpg": "image/jpeg"}
_PLAYLIST = "application/vnd.apple.mpegurl"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What to give out: a file's name in the storage, or the text itself where it is a playlist.

    What was uploaded is only to be saved, never shown. `moved_to` is the address of what took the
    file's place.
    """

    name: str
    content_type: str
    text: str = ""
    is_upload: bool = False
    moved_to: str = ""


def file_for(*, name: str, token: str, at: datetime) -> StoredFile | None:
    """Return the file called `name` if everybody may see its post, or `token` opens it.

    None if there is no such file, its post is gone, or neither holds. One query; two for a
    playlist.
    """
    match = NAME.match(name)
    if match is None:
        return None
    key, part, ending = match.groups()
    everybodys = Post.objects.visible_to(None).filter(pk=OuterRef("pk"))
    reels = (
        Reel.objects.filter(key=key)
        .defer("analysis")
        .annotate(
            is_open=Exists(everybodys),
            moderation=F("post__moderation"),
            is_active=F("post__author__is_active"),
            has_renditions=Exists(Rendition.objects.filter(reel=OuterRef("pk"), name="pictures")),
        )
    )
    reel = reels.first()
    if reel is None:
        return None
    state = state_name(reel.moderation, is_active=reel.is_active)
    is_opened = token_check(name, token, state=state, now=at.timestamp())
    is_upload = name == reel.video and reel.has_renditions
    # What one address leads to opens as long as that address, and no longer.
    again = token if is_opened and not reel.is_open else ""
    if is_upload and is_opened:
        return StoredFile(name, reel.content_type, is_upload=True)
    if not is_opened and not reel.is_open:
        return None
    if ending == "m3u8" and reel.has_renditions:
        return _playlist(reel, name, part or "", again, state)
    if name == reel.thumbnail or (reel.has_renditions and name in made_files(key)):
        return StoredFile(name, _TYPES[ending])
    if reel.has_renditions:
        return _successor(reel, name, ending, again, state) if not part else None
    return StoredFile(name, reel.content_type) if name == reel.video else None


def _successor(reel: Reel, name: str, ending: str, token: str, state: str) -> StoredFile | None:
    """Return where the picture or video that was uploaded, or made at once, is to be seen now.

    A reel that was out before it had versions is watched by whoever has a page of before.
    """
    made = {"jpg": POSTER} | dict.fromkeys(ORIGINALS, rendition_files(Rendition.Name.LARGE)[0])
    if ending not in made:
        return None
    file = file_name(reel.key, made[ending])
    moved_to = f"{settings.MEDIA_URL}{file}{token_again(file, token, state=state)}"
    return StoredFile(name, "", moved_to=moved_to)


def _playlist(reel: Reel, name: str, part: str, token: str, state: str) -> StoredFile | None:
    videos = reel.renditions.exclude(name=Rendition.Name.PICTURES).order_by("id")
    rows = [row for row in videos if part in ("", row.name)]
    if not rows:
        return None

    def sign(ending: str) -> str:
        file = f"{reel.key}.{ending}"
        folder = name.rpartition("/")[0]
        return f"{file}{token_again(f'{folder}/{file}', token, state=state)}"

    text = media_playlist(rows[0], sign) if part else master_playlist(rows, sign)
    return StoredFile(name, _PLAYLIST, text=text)
