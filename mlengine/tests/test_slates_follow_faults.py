"""What the follower of acts does about lost messages, killed readers and what is away."""

import pytest
import redis
from django.db import OperationalError

from analytics.models import Event
from analytics.services.announcing import STREAM
from mlengine.slates import acts as stream
from mlengine.slates import follow, slates_refresh
from mlengine.slates.follow import acts_follow, acts_rank
from mlengine.tests.streams import entries, liked, pending, reader, slates_of
from profiles.tests.factories import NOON, UserFactory
from socialml.core import redis as core_redis
from socialml.core.redis import client, key

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("stream_of_its_own", "impatient"),
]


@pytest.fixture
def viewer():
    return UserFactory()


def test_with_redis_away_the_act_stands_all_the_same(committed, viewer, monkeypatch):
    def refuse(*commands):
        raise redis.ConnectionError

    # What opens the breaker is undone with the rest.
    monkeypatch.setattr(core_redis.breaker, "_open_until", 0.0)
    monkeypatch.setattr("analytics.services.announcing.tell", refuse)

    post = liked(committed, viewer)

    assert Event.objects.filter(actor_id=viewer.pk, post_id=post.pk).exists()
    assert entries() == []


def test_a_message_that_comes_twice_is_worked_on_once(committed, viewer):
    liked(committed, viewer)
    [(account, event)] = entries()
    client.xadd(key(STREAM), {"account": account, "event": event})
    one = reader()
    acts_rank(one)
    client.xadd(key(STREAM), {"account": account, "event": event})

    assert acts_rank(one) > 0

    assert slates_of(viewer).count() == 1


def test_a_lost_message_is_made_up_for_by_the_tick(committed, viewer):
    liked(committed, viewer)
    client.delete(key(STREAM))

    assert acts_rank(reader()) == 0
    assert not slates_of(viewer).exists()

    assert slates_refresh(at=NOON) == 1
    assert slates_of(viewer).count() == 1


def test_what_a_killed_reader_took_is_taken_over(committed, viewer):
    liked(committed, viewer)
    killed = reader("killed")
    assert killed.take().newest.keys() == {viewer.pk}

    assert acts_rank(reader("next")) > 0

    assert slates_of(viewer).count() == 1
    assert pending() == 0


def test_what_a_reader_ranked_but_did_not_say_so_is_not_ranked_again(committed, viewer):
    liked(committed, viewer)
    killed = reader("killed")
    killed.done = lambda acts: None
    acts_rank(killed)

    acts_rank(reader("next"))

    assert slates_of(viewer).count() == 1
    assert pending() == 0


def test_what_another_reader_took_just_now_is_left_to_it(committed, viewer, monkeypatch):
    monkeypatch.setattr(stream, "LEFT_AFTER_SECONDS", 5.0)
    liked(committed, viewer)
    reader("busy").take()

    assert acts_rank(reader("next")) == 0


def test_after_redis_lost_everything_reading_goes_on(committed, viewer):
    one = reader()
    acts_rank(one)
    client.delete(key(STREAM))
    liked(committed, viewer)

    assert acts_rank(one) > 0
    assert slates_of(viewer).count() == 1


def test_with_the_database_away_the_act_is_taken_again(committed, viewer, monkeypatch):
    liked(committed, viewer)
    one = reader()

    def fail(*arguments, **options):
        raise OperationalError

    monkeypatch.setattr(follow, "accounts_catch_up", fail)
    with pytest.raises(OperationalError):
        acts_rank(one)
    monkeypatch.undo()
    assert pending() == 1
    monkeypatch.setattr(stream, "LEFT_AFTER_SECONDS", 0.0)

    acts_rank(one)

    assert slates_of(viewer).count() == 1


def test_what_cannot_be_ranked_does_not_hold_up_the_rest(committed, viewer, monkeypatch):
    liked(committed, viewer)
    one = reader()
    with monkeypatch.context() as broken:
        broken.setattr(follow, "accounts_catch_up", lambda *_, **__: 1 / 0)
        assert acts_rank(one) > 0

    assert pending() == 0
    # The log still knows.
    assert slates_refresh(at=NOON) == 1


@pytest.mark.parametrize("fields", [{"x": 1}, {"account": "me", "event": 1}, {"account": 7}])
def test_an_entry_that_is_none_of_ours_is_passed_over(committed, viewer, fields):
    client.xadd(key(STREAM), fields)
    liked(committed, viewer)

    assert acts_rank(reader()) > 0

    assert slates_of(viewer).count() == 1
    assert pending() == 0


def test_following_survives_redis_and_database_and_ends_when_asked(monkeypatch):
    monkeypatch.setattr(follow, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(follow, "close_old_connections", lambda: None)
    monkeypatch.setattr(follow, "Thread", lambda **_: type("T", (), {"start": lambda self: None})())
    failures = iter([redis.ConnectionError(), OperationalError(), OSError(), None])
    calls = []

    def rank(one):
        calls.append(one)
        failure = next(failures)
        if failure:
            raise failure
        return 0

    monkeypatch.setattr(follow, "acts_rank", rank)

    acts_follow(name="a", is_stopping=lambda: len(calls) == 4)

    assert len(calls) == 4
