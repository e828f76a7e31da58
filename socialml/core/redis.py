"""The one way to Redis. Its absence is normal: every caller has another way."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import hiredis
import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

T = TypeVar("T")
# What Redis is asked, word by word.
Command = tuple[str | int | bytes, ...]

# Its stub speaks of commands of one word.
_pack: Callable[[Command], bytes] = hiredis.pack_command  # type: ignore[assignment]


class Breaker:
    """Stop asking a service that does not answer, and try again after a while.

    The first failure costs one timeout; until `retry_seconds` have passed every further call
    gets its default at once.
    """

    def __init__(
        self, *, name: str, retry_seconds: float, failures: tuple[type[Exception], ...]
    ) -> None:
        self.name = name
        self.retry_seconds = retry_seconds
        self.failures = failures
        self._open_until = 0.0

    def call(self, operation: Callable[[], T], default: T) -> T:
        """Return what `operation` returns, or `default` if it fails or failed just now."""
        if time.monotonic() < self._open_until:
            return default
        try:
            return operation()
        except self.failures as error:
            self._open_until = time.monotonic() + self.retry_seconds
            log.warning("service_away", name=self.name, error=type(error).__name__)
            return default

    @property
    def is_closed(self) -> bool:
        return time.monotonic() >= self._open_until


def _client() -> redis.Redis:
    timeout = settings.SOCIALML_CACHE_TIMEOUT_SECONDS
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        # CLIENT SETINFO costs two round trips a connection and tells us nothing.
        driver_info=None,
    )


client = _client()
breaker = Breaker(
    name="cache",
    retry_seconds=settings.SOCIALML_CACHE_RETRY_SECONDS,
    failures=(redis.RedisError, OSError),
)


_PREFIX = settings.SOCIALML_CACHE_PREFIX


def key(name: str) -> str:
    """Return `name` as this deployment's key."""
    return f"{_PREFIX}{name}"


def _connection() -> Any:
    # Beside the pool, which would count it as taken for ever once its thread has ended.
    pool = client.connection_pool
    return pool.connection_class(**pool.connection_kwargs)


class _Own(threading.local):
    """This thread's connection, and the process that opened it: a fork must not share it."""

    connection: Any = None
    process_id = 0


_own = _Own()


def exchange(*commands: Command) -> list[Any]:
    """Send the commands in one go, and return their answers in order. One round trip.

    It does what a pipeline of `client` does in a third of the CPU, over a connection that the
    thread keeps: for what every request asks.

    :raises RedisError: if Redis is away, or one of the commands fails.
    """
    connection = _own_connection()
    packed = [b"".join(map(_pack, commands))]
    for is_last_try in (False, True):
        try:
            connection.send_packed_command(packed, check_health=False)
            return [connection.read_response() for _ in commands]
        except redis.TimeoutError:
            connection.disconnect()
            raise
        except redis.ConnectionError:
            # Redis closes connections that were idle for long, or was started anew.
            connection.disconnect()
            if is_last_try:
                raise
        except BaseException:
            # The answers that are still to come belong to nobody.
            connection.disconnect()
            raise
    raise AssertionError("unreachable")


def tell(*commands: Command) -> None:
    """Send the commands and wait for nothing: no round trip, and nobody learns how they went.

    Over the same connection as `exchange`, and in order with it. For what may be lost: commands
    sent into a connection that Redis has just closed are.

    :raises RedisError: if Redis is known to be away.
    """
    connection = _own_connection()
    skip = _pack(("CLIENT", "REPLY", "SKIP"))
    packed = [b"".join(skip + _pack(command) for command in commands)]
    try:
        connection.send_packed_command(packed, check_health=False)
    except BaseException:
        connection.disconnect()
        raise


def patient_client(*, seconds: float) -> redis.Redis:
    """Return a client of its own for commands that wait up to `seconds` for something to come."""
    timeout = settings.SOCIALML_CACHE_TIMEOUT_SECONDS
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=seconds + timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        driver_info=None,
    )


def _own_connection() -> Any:
    if _own.process_id != os.getpid():
        _own.connection, _own.process_id = _connection(), os.getpid()
    return _own.connection
