"""What goes on now, as a server-sent event."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from analytics.selectors.counts import EVERYBODY, Period, figures_by_day, totals
from analytics.selectors.live import online_accounts
from posts.selectors.moderation_load import moderation_now
from socialml.core import cache
from socialml.core.moments import spell

# When a client asks again. A stream that stays open would hold one of the server's few threads
# (docs/adr/0030).
RETRY_MS = 5_000
# However many look on, the database is asked once in so many seconds.
_KEPT_SECONDS = 3


def live_counts(account_id: int, *, at: datetime) -> bytes:
    """Return as JSON what happened today, to one author's posts or to all (EVERYBODY).

    Of everybody also who is online and what waits for moderators. Kept for three seconds.
    """
    return cache.get_or_load(
        f"live:{account_id}", lambda: orjson.dumps(_counts(account_id, at)), seconds=_KEPT_SECONDS
    )


def live_event(counts: bytes, *, last_id: str) -> bytes:
    """Return the stream of one event; without it where the client, by `last_id`, has it already."""
    name = sha256(counts).hexdigest()[:16]
    if last_id == name:
        return f"retry: {RETRY_MS}\n: nothing new\n\n".encode()
    return b"".join(
        (f"retry: {RETRY_MS}\nid: {name}\nevent: counts\ndata: ".encode(), counts, b"\n\n")
    )


def _counts(account_id: int, at: datetime) -> dict[str, Any]:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    today = Period(midnight, midnight + timedelta(days=1))
    by_day = figures_by_day(account_id=account_id, period=today)
    counts: dict[str, Any] = {"today": totals(by_day, today)}
    if account_id == EVERYBODY:
        waiting = moderation_now()
        oldest = waiting["oldest_opened_at"]
        counts |= {
            "online": online_accounts(at=at),
            "moderation": {**waiting, "oldest_opened_at": spell(oldest) if oldest else None},
        }
    return counts
