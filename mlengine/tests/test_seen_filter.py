"""A post that was seen is never repeated, however long ago and whatever the log still holds."""

from datetime import timedelta

import numpy as np
import pytest

from analytics.models import Event
from analytics.services.retention import events_purge, expired_before
from analytics.tasks import events_purge as events_purge_task
from mlengine.erasure import account_erase
from mlengine.models import SeenPosts
from mlengine.predictions import slate_for
from mlengine.slates import account_refresh, seen
from mlengine.slates.bloom import LARGEST_ERROR, Bloom
from mlengine.slates.seen import seen_keep, seen_keep_expiring, seen_read
from mlengine.tests.community import act, post_make
from profiles.models import Follow
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch):
    """Read the log for three posts only."""
    monkeypatch.setattr(seen, "EXACT", 3)
    monkeypatch.setattr(seen, "_SLACK", 1)


@pytest.fixture
def viewer():
    viewer, author = UserFactory(), UserFactory()
    Follow.objects.create(follower=viewer, followed=author, followed_at=NOON)
    post_make(author)
    return viewer


def newest_of(viewer):
    return Event.objects.filter(actor_id=viewer.pk).order_by("-id").first().pk


@pytest.mark.parametrize("count", [1_000, 4_096, 12_288, 60_000])
def test_a_filter_holds_all_that_was_added_and_errs_in_less_than_one_of_a_hundred(count):
    ids = np.random.default_rng(7).permutation(500_000)[:count]
    bloom = Bloom()
    for part in np.array_split(ids, 5):
        bloom = bloom.added(part.tolist())

    others = np.arange(500_000, 900_000)
    assert bloom.holds(ids).all()
    assert bloom.holds(others).mean() <= LARGEST_ERROR * 1.02 < 0.01
    assert bloom.added(ids[:100].tolist()) == bloom


def test_an_empty_filter_holds_nothing_and_takes_no_room():
    assert not Bloom().holds(np.arange(10)).any()
    assert Bloom().added([]) == Bloom()


def test_what_gathers_beyond_the_newest_moves_to_the_filter_and_stays_seen(viewer, small):
    posts = [post_make(UserFactory()) for _ in range(8)]
    for post in posts[:6]:
        act(viewer, post, Event.Kind.VIEWED)

    account_refresh(user_id=viewer.pk, at=NOON)

    row = SeenPosts.objects.get(pk=viewer.pk)
    assert row.post_count == 3
    found = seen_read([viewer.pk])[viewer.pk]
    assert sorted(found.posts) == [post.pk for post in posts[3:6]]
    assert found.earlier.holds(np.array([post.pk for post in posts])).tolist() == [
        *([True] * 3),
        *([False] * 5),
    ]
    account_refresh(user_id=viewer.pk, at=NOON)
    shown = set(slate_for(viewer.pk, "feed").ids)
    assert shown.isdisjoint(post.pk for post in posts[:6])
    assert {posts[6].pk, posts[7].pk} <= shown


def test_below_the_limit_no_filter_is_made(viewer, small):
    for _ in range(4):
        act(viewer, post_make(UserFactory()))

    account_refresh(user_id=viewer.pk, at=NOON)

    assert not SeenPosts.objects.exists()


def test_a_second_pass_changes_nothing(viewer):
    for _ in range(5):
        act(viewer, post_make(UserFactory()))
    upto = {viewer.pk: newest_of(viewer)}

    seen_keep(upto)
    first = SeenPosts.objects.values().get()
    seen_keep(upto)
    seen_keep({viewer.pk: upto[viewer.pk] - 1})

    assert SeenPosts.objects.values().get() == first
    assert (first["post_count"], first["upto_event_id"]) == (5, upto[viewer.pk])


def test_a_later_pass_adds_what_came_since_and_a_post_met_again_counts_once(viewer):
    again = post_make(UserFactory())
    act(viewer, again)
    seen_keep({viewer.pk: newest_of(viewer)})
    act(viewer, again, Event.Kind.VIEWED)
    act(viewer, post_make(UserFactory()))

    seen_keep({viewer.pk: newest_of(viewer)})

    assert SeenPosts.objects.get().post_count == 2


def test_deleting_old_events_repeats_nothing(viewer, settings):
    settings.ANALYTICS_RETENTION_DAYS = 30
    liked, glanced, fresh = (post_make(UserFactory()) for _ in range(3))
    act(viewer, liked, at=NOON - timedelta(days=31))
    act(viewer, glanced, Event.Kind.IMPRESSION, at=NOON - timedelta(days=31))

    assert seen_keep_expiring(before=expired_before(at=NOON)) == 1
    assert events_purge(at=NOON) == 2

    account_refresh(user_id=viewer.pk, at=NOON)
    assert {liked.pk, glanced.pk, fresh.pk} & set(slate_for(viewer.pk, "feed").ids) == {fresh.pk}


def test_the_hourly_task_keeps_before_it_deletes(viewer):
    liked = post_make(UserFactory())
    act(viewer, liked, at=NOON - timedelta(days=5_000))

    events_purge_task()

    assert not Event.objects.exists()
    assert seen_read([viewer.pk])[viewer.pk].earlier.holds(np.array([liked.pk])).all()


def test_an_account_is_written_once_in_a_while_and_not_every_hour(viewer, settings):
    settings.ANALYTICS_RETENTION_DAYS = 90
    for hours in range(10):
        act(viewer, post_make(UserFactory()), at=NOON + timedelta(hours=hours))
    cut = NOON + timedelta(hours=1)

    counts = [seen_keep_expiring(before=cut + timedelta(hours=n)) for n in range(8)]

    assert counts == [1, 0, 0, 0, 0, 0, 0, 0]
    assert SeenPosts.objects.get().post_count == 10


def test_erasure_takes_the_filter_along(viewer):
    act(viewer, post_make(UserFactory()))
    seen_keep({viewer.pk: newest_of(viewer)})

    assert account_erase(account_id=viewer.pk)["seen"] == 1

    assert not SeenPosts.objects.exists()
