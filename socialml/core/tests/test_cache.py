import time

import pytest
from redis import ConnectionError as RedisAway

from socialml.core import cache
from socialml.core.redis import breaker, client, key


@pytest.fixture(autouse=True)
def _closed_breaker():
    breaker._open_until = 0.0
    yield
    breaker._open_until = 0.0


def test_what_was_loaded_is_kept():
    assert cache.get_or_load("a", lambda: b"1", seconds=60) == b"1"
    assert cache.get_or_load("a", lambda: b"2", seconds=60) == b"1"


def test_what_was_forgotten_is_loaded_again():
    cache.get_or_load("a", lambda: b"1", seconds=60)
    cache.forget(["a"])

    assert cache.get_or_load("a", lambda: b"2", seconds=60) == b"2"


def test_what_redis_was_away_for_is_forgotten_when_it_answers_again(monkeypatch):
    monkeypatch.setattr(breaker, "retry_seconds", 0.05)
    cache.get_or_load("a", lambda: b"1", seconds=60)
    breaker._open_until = time.monotonic() + 0.2

    cache.forget(["a"])

    assert client.get(key("a")) == b"1"
    deadline = time.monotonic() + 2
    while client.get(key("a")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert client.get(key("a")) is None


def test_a_value_read_before_a_write_never_outlives_it():
    def load_while_another_writes():
        cache.forget(["a"])
        return b"old"

    assert cache.get_or_load("a", load_while_another_writes, seconds=60) == b"old"
    assert cache.read_many(["a"]) == [None]


def test_a_rival_that_loads_at_the_same_time_keeps_nothing():
    def load_while_a_rival_does():
        cache.get_or_load("a", lambda: b"rival", seconds=60)
        return b"mine"

    cache.get_or_load("a", load_while_a_rival_does, seconds=60)

    assert cache.read_many(["a"]) == [b"mine"]


def test_values_expire():
    cache.get_or_load("a", lambda: b"1", seconds=60)

    assert 0 < client.ttl(key("a")) <= 60


def test_without_redis_everything_is_loaded_and_nothing_raised(monkeypatch):
    def away(*args, **kwargs):
        raise RedisAway

    monkeypatch.setattr(client, "mget", away)
    monkeypatch.setattr(client, "pipeline", away)

    assert cache.get_or_load("a", lambda: b"1", seconds=60) == b"1"
    assert breaker.is_closed is False


def test_an_open_breaker_asks_nothing(monkeypatch):
    breaker.call(lambda: (_ for _ in ()).throw(RedisAway()), None)
    asked = []

    assert breaker.call(lambda: asked.append(1), "default") == "default"
    assert asked == []
