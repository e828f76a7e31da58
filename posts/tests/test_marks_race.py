"""Counters are exact however many act at once."""

from functools import partial

import pytest

from analytics.models import Event
from posts.models import Comment, Like, Post
from posts.services import (
    behaviour_record,
    comment_add,
    like_add,
    like_remove,
    post_delete,
    save_add,
    share_add,
)
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_likes_by_as_many_people_count_two_hundred():
    post, fans = PostFactory(), UserFactory.create_batch(200)

    marked = at_once(partial(like_add, post_id=post.pk, user_id=fan.pk, at=NOON) for fan in fans)

    assert sorted(mark.count for mark in marked) == list(range(1, 201))
    assert Post.objects.get().like_count == 200
    assert Like.objects.count() == Event.objects.filter(kind="liked").count() == 200


def test_two_hundred_likes_by_one_person_count_one():
    post, fan = PostFactory(), UserFactory()

    marked = at_once([partial(like_add, post_id=post.pk, user_id=fan.pk, at=NOON)] * 200)

    assert sum(mark.changed for mark in marked) == 1
    assert Post.objects.get().like_count == 1
    assert Like.objects.count() == Event.objects.filter(kind="liked").count() == 1


def test_liking_and_taking_back_at_once_leaves_count_and_rows_agreed():
    post, fans = PostFactory(), UserFactory.create_batch(4)
    calls = [
        partial(act, post_id=post.pk, user_id=fan.pk, at=NOON)
        for _ in range(8)
        for fan in fans
        for act in (like_add, like_remove)
    ]

    marked = at_once(calls)

    likes, unlikes = (Event.objects.filter(kind=kind).count() for kind in ("liked", "unliked"))
    assert sum(mark.changed for mark in marked) == likes + unlikes
    assert Post.objects.get().like_count == Like.objects.count() == likes - unlikes


def test_every_kind_of_action_at_once_counts_exactly():
    posts, people = PostFactory.create_batch(2), UserFactory.create_batch(5)
    calls = []
    for person in people:
        for post in posts:
            about = {"post_id": post.pk, "at": NOON}
            calls += [
                partial(like_add, user_id=person.pk, **about),
                partial(save_add, user_id=person.pk, **about),
                partial(share_add, user_id=person.pk, **about),
                partial(comment_add, author_id=person.pk, content="Lovely", **about),
            ]
        items = [
            {"event_id": f"{n}", "kind": "view", "post_id": post.pk}
            for n, post in enumerate(posts if person.pk % 2 else reversed(posts))
        ]
        calls.append(partial(behaviour_record, actor_id=person.pk, items=items, at=NOON))

    done = at_once(calls, threads=8)

    assert not [one for one in done if isinstance(one, Exception)]
    counts = ["like_count", "save_count", "share_count", "comment_count", "view_count"]
    assert list(Post.objects.values_list(*counts)) == [(5, 5, 5, 5, 5)] * 2


def test_a_post_deleted_while_people_like_and_comment_leaves_nothing_behind():
    post, people = PostFactory(), UserFactory.create_batch(12)
    calls = [partial(like_add, post_id=post.pk, user_id=one.pk, at=NOON) for one in people]
    calls += [
        partial(comment_add, post_id=post.pk, author_id=one.pk, content="Hm", at=NOON)
        for one in people
    ]
    calls.insert(9, partial(post_delete, post_id=post.pk, author_id=post.author_id, at=NOON))

    at_once(calls, threads=8)

    assert not Post.objects.exists()
    assert not Like.objects.exists()
    assert not Comment.objects.exists()


def test_the_same_batch_sent_ten_times_at_once_counts_once():
    post, viewer = PostFactory(), UserFactory()
    items = [{"event_id": f"e{n}", "kind": "view", "post_id": post.pk} for n in range(20)]

    answers = at_once([partial(behaviour_record, actor_id=viewer.pk, items=items, at=NOON)] * 10)

    statuses = [recorded.status for answer in answers for recorded in answer]
    assert (statuses.count("recorded"), statuses.count("duplicate")) == (20, 180)
    assert Post.objects.get().view_count == 20
    assert Event.objects.count() == 20
