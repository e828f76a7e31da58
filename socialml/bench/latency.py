"""How long it takes until what somebody does changes what they are shown."""

import http.client
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import orjson

from socialml.bench.load import load_run
from socialml.bench.paths import Community, event, feed, like

_GIVE_UP_SECONDS = 30.0
_POLL_SECONDS = 0.05
_BUSY_SECONDS = 20.0
_BUSY_CONNECTIONS = 4


def action_to_feed(
    address: tuple[str, int], community: Community, *, rounds: int, first: int = 0
) -> list[float]:
    """Return, for each of `rounds` accounts, the seconds from a like to a feed that knows of it.

    The accounts are those from place `first` on: another like of theirs would change nothing.

    :raises TimeoutError: if a feed stays as it was for thirty seconds.
    """
    seconds = []
    for n in range(first, first + rounds):
        token = community.tokens[n % len(community.tokens)]
        before = _slate(address, token)
        started = time.perf_counter()
        _call(address, "PUT", f"/api/post/{community.post_ids[-1 - n]}/like", token)
        while _slate(address, token) == before:
            if time.perf_counter() - started > _GIVE_UP_SECONDS:
                raise TimeoutError("A like changed no feed within thirty seconds.")
            time.sleep(_POLL_SECONDS)
        seconds.append(time.perf_counter() - started)
    return seconds


@contextmanager
def busy(address: tuple[str, int], community: Community) -> Iterator[None]:
    """Keep the server busy with feeds, views and likes of a third of the accounts meanwhile."""
    others = Community(community.tokens[: len(community.tokens) // 3], community.post_ids)
    kinds = [feed(others), event(others), like(others)]
    mixed = itertools.chain.from_iterable(zip(*kinds, strict=True))
    load = Thread(
        target=load_run,
        args=[address, mixed],
        kwargs={"seconds": _BUSY_SECONDS, "connections": _BUSY_CONNECTIONS},
    )
    load.start()
    try:
        yield
    finally:
        load.join()


def _slate(address: tuple[str, int], token: str) -> int | None:
    answer = orjson.loads(_call(address, "GET", "/api/feed?limit=1", token))
    slate_id: int | None = answer["ml_insights"].get("slate_id")
    return slate_id


def _call(address: tuple[str, int], method: str, path: str, token: str) -> bytes:
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().read()
    finally:
        connection.close()
