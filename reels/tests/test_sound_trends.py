"""What is done with a reel is done with its sound, and sounds trend by it."""

import pytest

from analytics.models import Event, Trend, TrendReview
from analytics.services.trend_reviews import trends_review
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make
from posts.models import Post
from posts.services import (
    behaviour_record,
    comment_add,
    dismissal_add,
    like_add,
    like_remove,
    post_delete,
    save_add,
    share_add,
)
from posts.tests.factories import BlockFactory, PostFactory
from profiles.tests.factories import UserFactory, client_for
from reels.tests.factories import sound_of, stored_reel

pytestmark = pytest.mark.django_db


def liked(reel, times, sound):
    for _ in range(times):
        event_make(
            Event.Kind.LIKED,
            post_id=reel.pk,
            target_id=reel.post.author_id,
            sound_id=sound.pk,
            occurred_at=ago(hours=1),
        )


def trending(viewer, **query):
    body = client_for(viewer).get("/api/trends/sounds", query).json()
    return body["data"]["results"]


@pytest.fixture
def surge():
    """Two sounds, one of which more accounts stand behind, and its two reels."""
    first, second, other = (stored_reel(UserFactory()) for _ in range(3))
    loud, quiet = sound_of(first, second), sound_of(other)
    liked(first, 3, loud)
    liked(second, 5, loud)
    liked(other, 4, quiet)
    trends_aggregate(at=NOON)
    return loud, quiet, first, second


def test_every_act_with_a_reel_keeps_its_sound_and_with_a_post_none():
    reel, post, fan = stored_reel(UserFactory()), PostFactory(), UserFactory()
    sound = sound_of(reel)
    for one in (reel, post):
        ids = {"post_id": one.pk, "user_id": fan.pk, "at": NOON}
        for act in (like_add, like_remove, save_add, share_add, dismissal_add):
            act(**ids)
        comment_add(post_id=one.pk, author_id=fan.pk, content="Nice", at=NOON)
        told = {"event_id": f"e{one.pk}", "kind": "view", "post_id": one.pk, "watch_ms": 900}
        behaviour_record(actor_id=fan.pk, items=[told], at=NOON)
    post_delete(post_id=reel.pk, author_id=reel.post.author_id, at=NOON)

    of_reel = Event.objects.filter(post_id=reel.pk)
    assert of_reel.count() == 8
    assert set(of_reel.values_list("sound_id", flat=True)) == {sound.pk}
    assert set(Event.objects.exclude(post_id=reel.pk).values_list("sound_id", flat=True)) == {None}


def test_sounds_trend_best_first_with_evidence_and_examples(surge):
    loud, quiet, first, second = surge

    found = trending(UserFactory())

    assert [(trend["rank"], trend["sound"]["id"]) for trend in found] == [
        (1, loud.pk),
        (2, quiet.pk),
    ]
    assert found[0]["sound"]["author"]["id"] == first.post.author_id
    assert (found[0]["sound"]["origin_id"], found[0]["sound"]["reels"]) == (first.pk, 2)
    assert found[0]["evidence"]["accounts"] == 8
    assert found[0]["evidence"]["examples"] == [second.pk, first.pk]
    assert [trend["sound"]["id"] for trend in trending(UserFactory(), limit=1)] == [loud.pk]


def test_a_viewer_learns_only_of_sounds_whose_reels_they_may_see(surge):
    loud, quiet, first, second = surge
    viewer = UserFactory()
    BlockFactory(blocker=first.post.author, blocked=viewer)

    assert trending(viewer)[0]["sound"] == {
        "id": loud.pk,
        "author": None,
        "origin_id": None,
        "reels": 1,
    }
    Post.objects.filter(pk=second.pk).update(moderation=Post.Moderation.HIDDEN)
    assert [trend["sound"]["id"] for trend in trending(viewer)] == [quiet.pk]


def test_staff_reject_a_sound_as_any_other_name(surge):
    loud, quiet, *_ = surge
    trend = Trend.objects.get(kind=Trend.Kind.SOUND, name=str(loud.pk))

    trends_review([trend], state=TrendReview.State.REJECTED, reviewer_id=1, at=NOON)

    assert [trend["sound"]["id"] for trend in trending(UserFactory())] == [quiet.pk]


def test_the_list_takes_as_many_queries_however_long(surge, django_assert_max_num_queries):
    client = client_for(UserFactory())

    for limit in (1, 2):
        with django_assert_max_num_queries(5):
            client.get("/api/trends/sounds", {"limit": limit})
