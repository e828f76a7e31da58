"""Posts that somebody may not know of, by why."""

from collections.abc import Callable

from posts.models import Post
from posts.tests.factories import BlockFactory, FollowFactory, PostFactory
from profiles.models import User


def _blocking(viewer: User) -> Post:
    post = PostFactory()
    BlockFactory(blocker=post.author, blocked=viewer)
    return post


def _blocked(viewer: User) -> Post:
    post = PostFactory()
    BlockFactory(blocker=viewer, blocked=post.author)
    return post


def _asked(viewer: User) -> Post:
    post = PostFactory(author__is_private=True)
    FollowFactory(follower=viewer, followed=post.author, state="requested")
    return post


UNSEEN: dict[str, Callable[[User], Post | None]] = {
    "blocking": _blocking,
    "blocked": _blocked,
    "asked": _asked,
    "private": lambda viewer: PostFactory(author__is_private=True),
    "held": lambda viewer: PostFactory(moderation="held"),
    "hidden": lambda viewer: PostFactory(moderation="hidden"),
    "processing": lambda viewer: PostFactory(moderation="processing"),
    "suspended": lambda viewer: PostFactory(author__is_active=False),
    "missing": lambda viewer: None,
}


def unseen_post_id(viewer: User, why: str) -> int:
    """Make a post that `viewer` may not know of, and return its id."""
    post = UNSEEN[why](viewer)
    return post.pk if post else 10**12
