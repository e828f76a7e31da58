"""Which stored file an address means, and whether it may be given out."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from posts.models import Post
from posts.selectors.media import token_check
from reels.models import Reel
from reels.models.files import NAME


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to give out: its name in the storage, and its type, which our probe found."""

    name: str
    content_type: str


def file_for(*, name: str, token: str, at: datetime) -> StoredFile | None:
    """Return the file called `name` if everybody may see its post, or `token` opens it.

    None if there is no such file, its post is gone, or neither holds. One query.
    """
    match = NAME.match(name)
    if match is None:
        return None
    everybodys = Post.objects.visible_to(None).filter(pk=OuterRef("pk"))
    reel = Reel.objects.filter(key=match[1]).annotate(is_open=Exists(everybodys)).first()
    if reel is None or not name:
        return None
    if not reel.is_open and not token_check(name, token, now=at.timestamp()):
        return None
    if name == reel.video:
        return StoredFile(name, reel.content_type)
    return StoredFile(name, "image/jpeg") if name == reel.thumbnail else None
