"""Sessions that ended while their access tokens still live; kept in Redis for that long."""

from collections.abc import Iterable
from datetime import timedelta
from typing import cast

from django.conf import settings

from socialml.core.redis import breaker, client, key

# Clocks of two machines may differ by this much.
_SPARE_SECONDS = 30


def session_key(session_id: str) -> str:
    """Return the name under which a revoked session is remembered while its tokens live."""
    return f"revoked:{session_id}"


def sessions_refuse(session_ids: Iterable[str]) -> None:
    """Have every request of these sessions refused from now on. Call it after commit.

    With Redis away their access tokens live out their few minutes; they cannot be refreshed.
    """
    lifetime = cast(timedelta, settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"])
    names = [key(session_key(session_id)) for session_id in session_ids]

    def send() -> None:
        pipeline = client.pipeline(transaction=False)
        for name in names:
            pipeline.set(name, b"1", ex=int(lifetime.total_seconds()) + _SPARE_SECONDS)
        pipeline.execute()

    if names:
        breaker.call(send, None)
