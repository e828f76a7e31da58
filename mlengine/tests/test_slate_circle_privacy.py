"""Nobody learns through their circle what a private, blocked or muted account does."""

import pytest

from mlengine.tests.community import post_make
from mlengine.tests.friends import LIKED, POSTED, follow, friends, like, shares, viewer
from profiles.models import Block, Mute, User
from profiles.tests.factories import NOON, UserFactory

__all__ = ["friends", "viewer"]

pytestmark = pytest.mark.django_db


def _private(viewer, other):
    User.objects.filter(pk=other.pk).update(is_private=True)


def _suspended(viewer, other):
    User.objects.filter(pk=other.pk).update(is_active=False)


def _blocked(viewer, other):
    Block.objects.create(blocker=viewer, blocked=other, blocked_at=NOON)


def _blocking(viewer, other):
    Block.objects.create(blocker=other, blocked=viewer, blocked_at=NOON)


def _muted(viewer, other):
    Mute.objects.create(muter=viewer, muted=other, muted_at=NOON)


HIDE = [_private, _suspended, _blocked, _blocking, _muted]


@pytest.mark.parametrize("hide", HIDE)
def test_whom_a_hidden_account_follows_is_not_told(viewer, friends, hide):
    post = post_make(UserFactory())
    follow(friends[0], post.author)
    assert POSTED in shares(viewer, post)

    hide(viewer, friends[0])

    assert POSTED not in shares(viewer, post)


@pytest.mark.parametrize("hide", HIDE)
def test_what_a_hidden_account_likes_is_not_told(viewer, friends, hide):
    further, post = UserFactory(), post_make(UserFactory())
    follow(friends[2], further)
    like(post, *friends[:2], further)
    assert LIKED in shares(viewer, post)

    hide(viewer, further)

    assert LIKED not in shares(viewer, post)


@pytest.mark.parametrize("hide", HIDE)
def test_what_a_hidden_friend_likes_is_not_told(viewer, friends, hide):
    post = post_make(UserFactory())
    like(post, *friends)
    assert LIKED in shares(viewer, post)

    hide(viewer, friends[0])

    assert LIKED not in shares(viewer, post)


@pytest.mark.parametrize("hide", HIDE)
def test_what_a_hidden_account_publishes_is_not_shown(viewer, friends, hide):
    post = post_make(UserFactory())
    # Else there would be nothing left to rank.
    post_make(UserFactory())
    follow(friends[0], post.author)
    like(post, *friends)
    assert {POSTED, LIKED} <= shares(viewer, post).keys()

    hide(viewer, post.author)

    assert shares(viewer, post) == {}


def test_who_likes_a_private_account_that_one_follows_is_not_told(viewer, friends):
    post = post_make(UserFactory(is_private=True))
    follow(viewer, post.author)
    like(post, *friends)

    assert "following" in shares(viewer, post)
    assert LIKED not in shares(viewer, post)


@pytest.mark.parametrize("asks", ["viewer", "friend"])
def test_a_follow_that_waits_for_a_word_makes_no_circle(viewer, asks):
    friend, post = UserFactory(), post_make(UserFactory())
    states = ("requested", "accepted") if asks == "viewer" else ("accepted", "requested")
    follow(viewer, friend, state=states[0])
    follow(friend, post.author, state=states[1])
    # Else there would be nothing to rank by.
    follow(viewer, UserFactory())

    assert POSTED not in shares(viewer, post)


def test_nobody_stands_in_their_own_circle(viewer, friends):
    follow(friends[0], viewer)
    post = post_make(viewer)
    liked = post_make(UserFactory())
    like(liked, viewer, friends[0], friends[1])

    assert shares(viewer, post) == {}
    assert LIKED not in shares(viewer, liked)
