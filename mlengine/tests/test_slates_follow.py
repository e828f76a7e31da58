"""Who acts is ranked for at once."""

from datetime import timedelta

import pytest

from analytics.models import Event
from analytics.services.announcing import LENGTH, STREAM
from mlengine.predictions import slate_for
from mlengine.slates import acts as stream
from mlengine.slates import slates_refresh
from mlengine.slates.acts import GROUP
from mlengine.slates.follow import acts_rank
from mlengine.tests.community import act, post_make
from mlengine.tests.streams import entries, liked, pending, reader, slates_of
from posts.services import behaviour_record, like_add
from profiles.services import follow_add
from profiles.tests.factories import NOON, UserFactory
from socialml.core.redis import client, key

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("stream_of_its_own", "impatient"),
]


@pytest.fixture
def viewer():
    return UserFactory()


def test_an_act_is_told_with_its_event_once_it_is_committed(
    committed, viewer, django_capture_on_commit_callbacks
):
    post = post_make(UserFactory())
    with django_capture_on_commit_callbacks():
        like_add(post_id=post.pk, user_id=viewer.pk, at=NOON)
    assert entries() == []

    liked(committed, viewer)

    newest = Event.objects.filter(actor_id=viewer.pk).latest("id")
    assert entries() == [(viewer.pk, newest.pk)]


def test_a_follow_is_told_and_of_a_batch_the_newest_event(committed, viewer):
    other, posts = UserFactory(), [post_make(UserFactory()) for _ in range(3)]
    committed(follow_add, follower_id=viewer.pk, followed_id=other.pk, at=NOON)
    batch = [
        {"event_id": str(post.pk), "kind": "view", "post_id": post.pk, "watch_ms": 4000}
        for post in posts
    ]
    committed(behaviour_record, actor_id=viewer.pk, items=batch, at=NOON)

    events = list(Event.objects.filter(actor_id=viewer.pk).order_by("id"))
    assert entries() == [(viewer.pk, events[0].pk), (viewer.pk, events[3].pk)]


def test_what_changes_no_ranking_is_not_told(committed, viewer):
    post = post_make(UserFactory())
    item = {"event_id": "1", "kind": "impression", "post_id": post.pk}
    committed(behaviour_record, actor_id=viewer.pk, items=[item], at=NOON)
    committed(like_add, post_id=post.pk, user_id=viewer.pk, at=NOON)
    committed(like_add, post_id=post.pk, user_id=viewer.pk, at=NOON)

    assert len(entries()) == 1


def test_an_act_makes_a_new_ranking_at_once(committed, viewer):
    other = post_make(UserFactory())
    post = liked(committed, viewer)

    assert committed(acts_rank, reader=reader()) > 0

    slate = slate_for(viewer.pk, "feed")
    assert other.pk in slate.ids
    assert post.pk not in slate.ids
    assert pending() == 0


def test_what_the_stream_brought_the_tick_passes_over(committed, viewer):
    liked(committed, viewer)
    acts_rank(reader())

    assert slates_refresh(at=NOON) == 0


def test_the_stream_stays_bounded(committed, viewer):
    pipeline = client.pipeline(transaction=False)
    for _ in range(LENGTH + 500):
        pipeline.xadd(key(STREAM), {"account": 1, "event": 1})
    pipeline.execute()

    liked(committed, viewer)

    assert LENGTH <= client.xlen(key(STREAM)) <= LENGTH + 200


def test_readers_that_are_long_gone_are_struck_off(committed, viewer, monkeypatch):
    def names():
        return {one["name"] for one in client.xinfo_consumers(key(STREAM), GROUP)}

    for name in ("gone", "busy"):
        liked(committed, viewer)
        one = reader(name)
        acts = one.take()
        if name == "gone":
            one.done(acts)
    assert names() == {b"gone", b"busy"}
    monkeypatch.setattr(stream, "_GONE_AFTER_SECONDS", -1.0)

    reader("here")._strike_off()

    # Not who still has something in hand.
    assert names() == {b"busy"}


def test_late_acts_of_one_account_are_one_ranking(committed, viewer):
    for minute in range(5):
        post = post_make(UserFactory())
        act(viewer, post, at=NOON + timedelta(minutes=minute))
    for _ in range(4):
        liked(committed, viewer)

    assert acts_rank(reader()) > 0
    assert slates_of(viewer).count() == 1
