"""One reel: its state for its author, its card for everybody who may see it."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from mlengine.post_forecasts import post_forecast
from posts.models import Post
from posts.selectors.cards import cards
from posts.selectors.media import address_signed, state_name
from reels.models import Reel
from reels.selectors.sounds import sounds_for
from socialml.core.errors import NotFound


class ReelNotFound(NotFound):
    """There is no such reel, or the asker may not know of it."""


def reel_for(*, post_id: int, viewer_id: int) -> dict[str, Any]:
    """Return the reel: its state, how far it is, and its card once it is out.

    While it is processed, and when it was rejected, it exists for its author alone, who also
    learns how well it is made and what it may expect. Five queries at most; one where there is
    none to know of, whatever the reason.

    :raises ReelNotFound: if there is none, or none that the viewer may know of.
    """
    reel = reels_known(viewer_id).select_related("post").filter(pk=post_id).first()
    card = None
    if reel is not None and reel.state == Reel.State.READY:
        card = next(iter(cards([post_id], viewer_id)), None)
    if reel is None or (reel.state == Reel.State.READY and card is None):
        raise ReelNotFound(f"There is no reel {post_id}.")
    own = {
        "original": _original(reel, viewer_id),
        "quality": _quality(reel, viewer_id),
        "forecast": post_forecast(post_id) if reel.post.author_id == viewer_id else None,
    }
    sound_id = card and card.get("sound_id")
    sound = sounds_for([sound_id], viewer_id).get(sound_id) if sound_id else None
    return {**state_of(reel), **own, "sound": sound, "post": card}


def reels_known(viewer_id: int) -> QuerySet[Reel]:
    """Return one's own reels in any state, and others' that are ready and for one to see."""
    seen = Post.objects.visible_to(viewer_id).filter(pk=OuterRef("pk"))
    is_out = Q(state=Reel.State.READY) & Q(Exists(seen))
    return Reel.objects.filter(Q(post__author_id=viewer_id) | is_out)


def state_of(reel: Reel) -> dict[str, Any]:
    """Return what its author learns of a reel at once. No query."""
    error, percent = None, reel.percent if reel.state == Reel.State.PROCESSING else 100
    if reel.state == Reel.State.REJECTED:
        error = {"code": reel.error_code, "message": reel.error_message}
    return {
        "id": reel.pk,
        "state": str(reel.state),
        "percent": percent,
        "progress": percent / 100,
        "error": error,
        "uploaded_at": reel.uploaded_at,
        "processed_at": reel.processed_at,
    }


def _quality(reel: Reel, viewer_id: int) -> dict[str, Any] | None:
    """Return what its author learns of how well it is made, once that was measured."""
    if reel.post.author_id != viewer_id or reel.analysis is None:
        return None
    quality: dict[str, Any] = reel.analysis["quality"]
    return quality


def _original(reel: Reel, viewer_id: int) -> str | None:
    """Return where its author may fetch the upload, if that is kept."""
    if reel.post.author_id != viewer_id or reel.state != Reel.State.READY or not reel.video:
        return None
    state = state_name(reel.post.moderation, is_active=True)
    address: str = address_signed(f"{settings.MEDIA_URL}{reel.video}", state=state)
    return address
