"""Two people with something of everything, and what is stored of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import timezone
from rest_framework.test import APIClient

from posts.models import Decision, Post
from posts.tests.factories import CommentFactory, FollowFactory, PostFactory
from profiles.models import Follow, User
from profiles.tests.factories import UserFactory, client_for
from reels.tests.factories import received_upload, sound_of, stored_reel
from socialml.tests.hardening.operations import Operation, operations


@dataclass(frozen=True)
class World:
    """Ann, who asks, and Bob, who asked to follow her; each with a post, a comment and a reel."""

    ann: User
    bob: User
    of_ann: dict[str, int]
    of_bob: dict[str, int]

    def ids_for(self, operation: Operation, *, of: User) -> dict[str, int]:
        """Return what to put into the path of `operation` to mean what belongs to `of`."""
        ids = self.of_ann if of == self.ann else self.of_bob
        if operation.path.startswith("/api/reels"):
            return {**ids, "post_id": ids["reel_id"]}
        return ids


@pytest.fixture(scope="session")
def every_operation() -> list[Operation]:
    return operations()


@pytest.fixture
def no_limits(settings) -> None:
    settings.SOCIALML_RATE_LIMITS = {
        scope: (10_000_000, seconds)
        for scope, (_, seconds) in settings.SOCIALML_RATE_LIMITS.items()
    }


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def world(db, media, no_limits) -> World:
    ann = UserFactory(username="ann", email="ann@private.example")
    bob = UserFactory(username="bob", email="bob@private.example")
    FollowFactory(follower=bob, followed=ann, state=Follow.State.REQUESTED)
    return World(ann=ann, bob=bob, of_ann=_things_of(ann), of_bob=_things_of(bob))


def _things_of(author: User) -> dict[str, int]:
    post, reel = PostFactory(author=author, comment_count=1), stored_reel(author)
    return {
        "user_id": author.pk,
        "post_id": post.pk,
        "comment_id": CommentFactory(post=post, author=author).pk,
        "reel_id": reel.pk,
        "sound_id": sound_of(reel).pk,
        "decision_id": _decision_about(post).pk,
        "upload_id": received_upload(author).pk,
        "number": 1,
    }


def _decision_about(post: Post) -> Decision:
    return Decision.objects.create(
        account=post.author, post=post, about="post", action="hide", decided_at=timezone.now()
    )


@pytest.fixture
def ann(world) -> APIClient:
    """Ann's client."""
    return client_for(world.ann)


def stored() -> dict[str, list[str]]:
    """Return every row of every table, to be compared with what is stored later."""
    return {
        model._meta.db_table: sorted(map(_told, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


@pytest.fixture
def nothing_stored(world, media) -> Iterator[None]:
    """Fail if the test leaves, changes or deletes a row or a file."""
    before = stored(), _files(media)
    yield
    assert (stored(), _files(media)) == before


def _told(row: tuple[object, ...]) -> str:
    # PostgreSQL's driver gives bytes as a view, which tells its address and not what it holds.
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])


def _files(media: Path) -> list[Path]:
    return sorted(media.rglob("*"))
