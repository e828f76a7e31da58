"""The one connection to Redis. Its absence is normal: every caller has another way."""

import time
from collections.abc import Callable
from typing import TypeVar

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

T = TypeVar("T")


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


def key(name: str) -> str:
    """Return `name` as this deployment's key."""
    return f"{settings.SOCIALML_CACHE_PREFIX}{name}"
