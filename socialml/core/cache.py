"""Cached values that can never outlive a newer write.

A reader who misses takes a lease on the key, loads, and fills the key only if the lease still
stands. A writer deletes the key after commit, and with it any lease, so what a slower reader
loaded before the write is thrown away. The idea is memcached's: Nishtala et al. (2013),
"Scaling Memcache at Facebook", section 3.2.1.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock, Timer

from socialml.core.redis import breaker, client, exchange, key

LEASE_SECONDS = 5
_LEASE = b"lease:"
_AT_ONCE = 1_000
_MOST_OWED = 100_000

_FILL = client.register_script(
    """
    local filled = 0
    for i = 1, #KEYS do
        if redis.call('GET', KEYS[i]) == ARGV[1] then
            redis.call('SET', KEYS[i], ARGV[i + 2], 'EX', ARGV[2])
            filled = filled + 1
        end
    end
    return filled
    """
)


def read_many(names: Sequence[str]) -> list[bytes | None]:
    """Return the cached values, None for each that is missing. One round trip."""
    if not names:
        return []
    answers = breaker.call(lambda: exchange(("MGET", *map(key, names))), None)
    if answers is None:
        return [None] * len(names)
    return [value_or_none(value) for value in answers[0]]


def value_or_none(value: bytes | None) -> bytes | None:
    """Return a value read by a pipeline of one's own, or None where a reader still loads it."""
    return None if value is None or value.startswith(_LEASE) else value


def load_many(
    names: Sequence[str],
    load: Callable[[Sequence[str]], Mapping[str, bytes]],
    *,
    seconds: int,
) -> dict[str, bytes]:
    """Load the values called `names` with `load` and keep them for `seconds`.

    For the names that `read_many` missed. `load` must answer for every name. Without Redis the
    loaded values are returned all the same.
    """
    if not names:
        return {}
    token = _LEASE + secrets.token_bytes(8).hex().encode()
    breaker.call(lambda: _take_leases(names, token), None)
    loaded = dict(load(names))
    keys, values = [key(n) for n in loaded], list(loaded.values())
    breaker.call(lambda: _FILL(keys=keys, args=[token, seconds, *values]), None)
    return loaded


def get_or_load(name: str, load: Callable[[], bytes], *, seconds: int) -> bytes:
    """Return the cached value called `name`, loading and keeping it if it is missing."""
    value = read_many([name])[0]
    if value is not None:
        return value
    return load_many([name], lambda _: {name: load()}, seconds=seconds)[name]


def forget(names: Iterable[str]) -> None:
    """Delete the values and the leases called `names`. Call it after commit.

    Where Redis does not answer they are deleted as soon as it does: others may be reading there.
    """
    keys = [key(n) for n in names]
    if keys and not _delete(keys):
        _owed.add(keys)


class _Owed:
    """Keys still to be deleted, tried again by a thread of their own until that is done."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}
        self._lock = Lock()

    def add(self, keys: Sequence[str]) -> None:
        with self._lock:
            is_first = not self._keys
            self._keys.update(dict.fromkeys(keys))
            while len(self._keys) > _MOST_OWED:
                # The oldest: what lay there has expired, or is about to.
                del self._keys[next(iter(self._keys))]
        if is_first:
            later = Timer(breaker.retry_seconds, self.pay)
            later.daemon = True
            later.start()

    def pay(self) -> None:
        with self._lock:
            keys, self._keys = list(self._keys), {}
        for start in range(0, len(keys), _AT_ONCE):
            if not _delete(keys[start : start + _AT_ONCE]):
                self.add(keys[start:])
                return


_owed = _Owed()


def _delete(keys: Sequence[str]) -> bool:
    return breaker.call(lambda: exchange(("DEL", *keys)), None) is not None


def _take_leases(names: Sequence[str], token: bytes) -> None:
    pipeline = client.pipeline(transaction=False)
    for name in names:
        pipeline.set(key(name), token, nx=True, ex=LEASE_SECONDS)
    pipeline.execute()
