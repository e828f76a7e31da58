"""One reel: its state for its author, its card for everybody who may see it."""

from typing import Any

from posts.selectors.cards import cards
from reels.models import Reel
from socialml.core.errors import NotFound
from socialml.core.models import Job


class ReelNotFound(NotFound):
    """There is no such reel, or the asker may not know of it."""


def reel_for(*, post_id: int, viewer_id: int) -> dict[str, Any]:
    """Return the reel: its state, how far it is, and its card once it is out.

    While it is processed, and when it was rejected, it exists for its author alone. Three
    queries at most.

    :raises ReelNotFound: if there is none, or none that the viewer may know of.
    """
    reel = Reel.objects.select_related("post").filter(pk=post_id).first()
    if reel is None:
        raise ReelNotFound(f"There is no reel {post_id}.")
    if reel.state == Reel.State.READY:
        card = next(iter(cards([post_id], viewer_id)), None)
        is_known = card is not None
    else:
        card, is_known = None, reel.post.author_id == viewer_id
    if not is_known:
        raise ReelNotFound(f"There is no reel {post_id}.")
    return {**state_of(reel), "progress": _progress(reel), "post": card}


def state_of(reel: Reel) -> dict[str, Any]:
    """Return what its author learns of a reel at once. No query."""
    error = None
    if reel.state == Reel.State.REJECTED:
        error = {"code": reel.error_code, "message": reel.error_message}
    return {
        "id": reel.pk,
        "state": str(reel.state),
        "error": error,
        "uploaded_at": reel.uploaded_at,
        "processed_at": reel.processed_at,
    }


def _progress(reel: Reel) -> float:
    if reel.state != Reel.State.PROCESSING:
        return 1.0
    jobs = Job.objects.filter(task="reels.tasks.reel_process", kwargs__post_id=reel.pk)
    return 0.5 if jobs.filter(state=Job.State.RUNNING).exists() else 0.0
