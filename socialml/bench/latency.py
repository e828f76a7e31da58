"""How long it takes until what somebody does changes what they are shown."""

import http.client
import time

import orjson

from socialml.bench.paths import Community

_GIVE_UP_SECONDS = 30.0
_POLL_SECONDS = 0.05


def action_to_feed(address: tuple[str, int], community: Community, *, rounds: int) -> list[float]:
    """Return, for each of `rounds` accounts, the seconds from a like to a feed that knows of it.

    :raises TimeoutError: if a feed stays as it was for thirty seconds.
    """
    seconds = []
    for n in range(rounds):
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
