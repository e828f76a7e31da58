"""What the worker does for posts."""

from datetime import timedelta

import pytest

from analytics.models import Event
from posts import tasks
from posts.models import Post
from posts.services import post_entered
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory
from profiles.models import User
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


def seen(user, at):
    Event.objects.create(kind="viewed", actor_id=user.pk, occurred_at=at, recorded_at=at)


def test_followers_who_are_about_get_new_slates():
    post = PostFactory()
    about, away, asking, stranger = UserFactory.create_batch(4)
    for follower, state in ((about, "accepted"), (away, "accepted"), (asking, "requested")):
        FollowFactory(follower=follower, followed=post.author, state=state)
    for user in (about, asking, stranger):
        seen(user, NOON - timedelta(minutes=5))
    seen(away, NOON - timedelta(days=2))

    assert post_entered(post_id=post.pk, at=NOON) == 1
    assert post_entered(post_id=post.pk, at=NOON) == 1

    job = Job.objects.get()
    assert (job.task, job.kwargs) == ("mlengine.tasks.account_refresh", {"user_id": about.pk})


@pytest.mark.parametrize("state", ["held", "hidden", None])
def test_a_post_hidden_or_gone_by_then_moves_nobody(state):
    post = PostFactory(moderation=state or "visible")
    follower = FollowFactory(followed=post.author).follower
    seen(follower, NOON)
    if state is None:
        Post.objects.all().delete()

    assert post_entered(post_id=post.pk, at=NOON) == 0

    assert not Job.objects.exists()


def test_the_rewriting_task_gives_fragments_the_new_name():
    post = PostFactory()
    User.objects.update(username="renamed", username_key="renamed")

    tasks.fragments_rewrite(author_id=post.author_id)

    assert '"username":"renamed"' in Post.objects.get().fragment
