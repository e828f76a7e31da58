"""Why a post is shown, from the slate that ranked it."""

from typing import Any

from mlengine import predictions
from posts.models import Post
from profiles.selectors import is_personalised
from socialml.core.errors import NotFound

_UNRANKED: dict[str, Any] = {
    "reason": "No slate of yours ranks this post: you meet it where it was published.",
    "source": "newest",
    "contributions": {},
    "explanation": [],
    "score": None,
    "position": None,
    "slate_id": None,
    "model_version": None,
    "computed_at": None,
}


_NOT_PERSONAL = {
    **_UNRANKED,
    "reason": "You chose no personalisation: you are shown the newest, and no profile is read.",
}


def why_shown(*, viewer_id: int, post_id: int) -> dict[str, Any]:
    """Return the reason, the sources' signed contributions and the model that ranked the post.

    At most six queries; for who chose no personalisation no slate is read.

    :raises NotFound: if the viewer may not see the post.
    """
    if not Post.objects.visible_to(viewer_id).filter(pk=post_id).exists():
        raise NotFound(f"No post {post_id}.", code="not_found")
    if not is_personalised(viewer_id):
        return _NOT_PERSONAL
    return predictions.why(viewer_id, post_id) or _UNRANKED
