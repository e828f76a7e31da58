"""What the event log keeps of a post beside each event."""

from analytics.services import Facts
from posts.models import Post


def facts_of(post: Post) -> Facts:
    """Return the facts of the post as it is now."""
    return Facts(
        author_id=post.author_id,
        post_kind=post.kind,
        category=post.category,
        hashtags=post.hashtags,
        language=post.language,
        sound_id=post.sound_id,
    )
