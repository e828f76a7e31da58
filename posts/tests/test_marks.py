"""Likes and saves count once, and only where the account may see the post."""

import pytest
from django.db import connection

from analytics.models import Event
from posts.models import Like, Post, Save
from posts.selectors import card_bytes
from posts.services import PostNotFound, like_add, like_remove, save_add, save_remove
from posts.tests.factories import NOON, FollowFactory, PostFactory, UserFactory
from posts.tests.sights import UNSEEN, unseen_post_id
from socialml.core import cache

pytestmark = pytest.mark.django_db

MARKS = [
    (like_add, like_remove, Like, "like_count", Event.Kind.LIKED, Event.Kind.UNLIKED),
    (save_add, save_remove, Save, "save_count", Event.Kind.SAVED, Event.Kind.UNSAVED),
]


@pytest.mark.parametrize(("add", "remove", "model", "counter", "added", "removed"), MARKS)
def test_a_mark_is_a_row_a_count_and_an_event(add, remove, model, counter, added, removed):
    post, fan = PostFactory(category="music", hashtags=["jazz"]), UserFactory()

    marked = add(post_id=post.pk, user_id=fan.pk, at=NOON)

    assert (marked.changed, marked.count) == (True, 1)
    assert model.objects.filter(post=post, user=fan).count() == 1
    assert Post.objects.values_list(counter, flat=True).get() == 1
    event = Event.objects.get()
    assert (event.kind, event.actor_id, event.post_id) == (added, fan.pk, post.pk)
    assert (event.target_id, event.post_kind) == (post.author_id, "post")
    assert (event.category, event.hashtags, event.language) == ("music", ["jazz"], "en")
    assert event.occurred_at == event.recorded_at == NOON


@pytest.mark.parametrize(("add", "remove", "model", "counter", "added", "removed"), MARKS)
def test_marking_twice_counts_once(add, remove, model, counter, added, removed):
    post, fan = PostFactory(), UserFactory()
    add(post_id=post.pk, user_id=fan.pk, at=NOON)

    marked = add(post_id=post.pk, user_id=fan.pk, at=NOON)

    assert (marked.changed, marked.count) == (False, 1)
    assert Post.objects.values_list(counter, flat=True).get() == 1
    assert model.objects.count() == Event.objects.count() == 1


@pytest.mark.parametrize(("add", "remove", "model", "counter", "added", "removed"), MARKS)
def test_a_mark_taken_back_is_gone(add, remove, model, counter, added, removed):
    post, fan = PostFactory(), UserFactory()
    add(post_id=post.pk, user_id=fan.pk, at=NOON)

    first = remove(post_id=post.pk, user_id=fan.pk, at=NOON)
    second = remove(post_id=post.pk, user_id=fan.pk, at=NOON)

    assert (first.changed, first.count) == (True, 0)
    assert (second.changed, second.count) == (False, 0)
    assert not model.objects.exists()
    assert Post.objects.values_list(counter, flat=True).get() == 0
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [added, removed]


@pytest.mark.parametrize("why", UNSEEN)
@pytest.mark.parametrize("act", [like_add, like_remove, save_add, save_remove])
def test_a_post_out_of_sight_takes_no_mark(act, why):
    viewer = UserFactory()
    post_id = unseen_post_id(viewer, why)

    with pytest.raises(PostNotFound):
        act(post_id=post_id, user_id=viewer.pk, at=NOON)

    assert not Like.objects.exists()
    assert not Save.objects.exists()
    assert not Event.objects.exists()
    assert not Post.objects.filter(like_count__gt=0).exists()


def test_a_follower_may_like_a_private_account_s_post():
    post, fan = PostFactory(author__is_private=True), UserFactory()
    FollowFactory(follower=fan, followed=post.author)

    assert like_add(post_id=post.pk, user_id=fan.pk, at=NOON).changed


def test_authors_may_like_their_own_held_post():
    post = PostFactory(moderation="held")

    assert like_add(post_id=post.pk, user_id=post.author_id, at=NOON).changed


def test_a_like_is_one_statement_on_postgresql(django_assert_max_num_queries):
    post, fan = PostFactory(), UserFactory()
    most = 1 if connection.vendor == "postgresql" else 9

    with django_assert_max_num_queries(most):
        like_add(post_id=post.pk, user_id=fan.pk, at=NOON)


def test_a_new_like_drops_the_cached_card_and_the_liker_s_list(
    django_capture_on_commit_callbacks,
):
    post, fan = PostFactory(), UserFactory()
    card_bytes([post.pk])
    cache.load_many([f"liked:{fan.pk}"], lambda names: dict.fromkeys(names, b"[]"), seconds=60)

    with django_capture_on_commit_callbacks(execute=True):
        like_add(post_id=post.pk, user_id=fan.pk, at=NOON)

    assert cache.read_many([f"card:{post.pk}", f"liked:{fan.pk}"]) == [None, None]
    assert b'"like_count":1' in card_bytes([post.pk])[post.pk]
