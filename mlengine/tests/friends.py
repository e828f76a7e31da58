"""Who follows whom and likes what, and what a slate makes of it."""

from datetime import datetime
from typing import Any

import pytest

from mlengine.models import Slate
from mlengine.predictions import slate_decode, slate_encode
from mlengine.slates import account_refresh
from mlengine.slates.catalogue import catalogue_forget
from mlengine.tests.stored_slates import items_of
from posts.models import Like, Post
from profiles.models import Follow, User
from profiles.tests.factories import NOON, UserFactory

POSTED, LIKED = "friends-of-friends", "friends-likes"


@pytest.fixture
def viewer() -> User:
    return UserFactory()


@pytest.fixture
def friends(viewer: User) -> list[User]:
    """Three whom the viewer follows."""
    friends = UserFactory.create_batch(3)
    follow(viewer, *friends)
    return friends


def follow(follower: User, *followed: User, **fields: Any) -> None:
    for one in followed:
        Follow.objects.create(follower=follower, followed=one, followed_at=NOON, **fields)


def like(post: Post, *fans: User, at: datetime = NOON) -> None:
    for fan in fans:
        Like.objects.create(user=fan, post=post, liked_at=at)


def shares(viewer: User, post: Post) -> dict[str, float]:
    """Return what each source puts into the post's score; nothing where it is not shown."""
    catalogue_forget()
    account_refresh(user_id=viewer.pk, at=NOON)
    own = Slate.objects.filter(audience=Slate.Audience.ACCOUNT, audience_id=viewer.pk)
    slate = slate_decode(slate_encode(own.filter(surface="feed").latest("pk")))
    if slate is None or post.pk not in slate.ids:
        return {}
    place = slate.ids.index(post.pk)
    return dict(zip(slate.sources[place], items_of(slate)["contributions"][place], strict=True))
