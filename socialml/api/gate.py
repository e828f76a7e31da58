"""What every request passes: the rate limits, and whether its session still stands.

Both are answered by one round trip to Redis. Counting is INCR, so parallel requests cannot
slip through; a window's key holds its start, so a limit is exact within a window.
"""

import ipaddress
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from socialml.api.authentication import TokenNotValid
from socialml.core.errors import RateLimited
from socialml.core.models import RequestCount
from socialml.core.redis import Command, breaker, exchange, key
from socialml.core.sessions import session_key

# Guessing passwords and making accounts stay limited while Redis is away.
_COUNTED_IN_DATABASE = frozenset({"login", "login_account", "sign_up"})


def client_address(request: HttpRequest) -> str:
    """Return the client's address; IPv6 as its /64, which one subscriber holds.

    X-Forwarded-For is read only as far as our own proxies wrote it (SOCIALML_PROXIES).
    """
    address = request.META.get("REMOTE_ADDR") or "unknown"
    hops = settings.SOCIALML_PROXIES
    if hops:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        address = forwarded[-hops].strip() if len(forwarded) >= hops else address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)


def gate_pass(
    *, scope: str, who: str, session_id: str = "", also: Sequence[Command] = ()
) -> list[Any]:
    """Count one request of `who` in `scope`, and check the session where there is one.

    Returns the answers to the commands `also`, asked in the same round trip; None for each while
    Redis is away.

    :raises RateLimited: if it is one too many in this window.
    :raises TokenNotValid: if the session was revoked.
    """
    limit, seconds = settings.SOCIALML_RATE_LIMITS[scope]
    now = time.time()
    name = key(f"rate:{scope}:{who}:{int(now // seconds)}")

    standing = ("GET", key(session_key(session_id)))
    answered = breaker.call(
        lambda: exchange(("INCR", name), ("EXPIRE", name, seconds + 5), standing, *also), None
    )
    if answered is None:
        count = _count_in_database(name, now + seconds) if scope in _COUNTED_IN_DATABASE else 0
        revoked, found = None, [None for _ in also]
    else:
        count, _, revoked, *found = answered
    if revoked is not None:
        raise TokenNotValid("This session has ended: sign in again.")
    if count > limit:
        wait = int(seconds - now % seconds) + 1
        raise RateLimited(
            f"Too many requests: at most {limit} in {seconds} s. Try again in {wait} s.",
            retry_after_seconds=wait,
        )
    return found


def _count_in_database(name: str, expires_at: float) -> int:
    table = connection.ops.quote_name(RequestCount._meta.db_table)
    expires = datetime.fromtimestamp(expires_at, tz=UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, count, expires_at) VALUES (%s, 1, %s)"  # noqa: S608
            f" ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [name[:160], connection.ops.adapt_datetimefield_value(expires)],
        )
        return int(cursor.fetchone()[0])
