"""Who did what with which post: the columns that models learn from, streamed from the log."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from analytics.models import Event
from analytics.selectors.weights import ACTIONS, WEIGHT, Seconds, signals_of_others_posts

# Account, post, weight (analytics.selectors.weights.SIGNALS), seconds since 1970.
Interaction = tuple[int, int, float, float]

_ROWS_AT_ONCE = 50_000
# SQLite takes 250,000 parameters, PostgreSQL plans long lists slowly.
_ACTORS_AT_ONCE = 5_000


def interactions(*, until: datetime, since: datetime | None = None) -> Iterator[Interaction]:
    """Yield what happened from `since` to before `until`, in the order it was recorded.

    One row an event, negative weights included: the sum over a pair says how much that account
    made of that post. Nobody's acts on their own posts are in it. Streams: one query per
    50,000 rows and one to find the end, never more in memory.
    """
    events = signals_of_others_posts().filter(occurred_at__lt=until)
    if since is not None:
        events = events.filter(occurred_at__gte=since)
    yield from _by_id(events)


def history_of(
    actor_ids: Collection[int], *, until: datetime | None = None
) -> Iterator[Interaction]:
    """Yield all that these accounts did, each account's events in the order of recording.

    One query for every 5,000 accounts.
    """
    for some in _batches(actor_ids):
        events = signals_of_others_posts().filter(actor_id__in=some)
        if until is not None:
            events = events.filter(occurred_at__lt=until)
        rows = events.order_by("actor_id", "id").values_list(
            "actor_id", "post_id", WEIGHT, Seconds("occurred_at")
        )
        yield from rows.iterator(chunk_size=_ROWS_AT_ONCE)


def seen_of(actor_ids: Collection[int]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (account, post, impressions, acts): what met each account's eye, and how often.

    Acts are all events but impressions, skips among them. One query for every 5,000 accounts.
    """
    is_impression = Q(kind=Event.Kind.IMPRESSION)
    for some in _batches(actor_ids):
        rows: Any = (
            Event.objects.filter(actor_id__in=some, post_id__isnull=False)
            .values("actor_id", "post_id")
            .annotate(
                impressions=Count("id", filter=is_impression),
                acts=Count("id", filter=~is_impression),
            )
            .order_by()
        )
        yield from rows.values_list("actor_id", "post_id", "impressions", "acts").iterator(
            chunk_size=_ROWS_AT_ONCE
        )


def actors_since(recorded_at: datetime) -> dict[int, int]:
    """Return the accounts that did something recorded at or after then.

    Each with the id of its newest event. One query.
    """
    rows: Any = (
        Event.objects.filter(recorded_at__gte=recorded_at, actor_id__isnull=False, kind__in=ACTIONS)
        .values("actor_id")
        .annotate(newest=Max("id"))
        .order_by()
    )
    return dict(rows.values_list("actor_id", "newest"))


def newest_event_ids(actor_ids: Collection[int]) -> dict[int, int]:
    """Return the id of each account's newest event; accounts without one are left out.

    One query for every 5,000 accounts.
    """
    found: dict[int, int] = {}
    for some in _batches(actor_ids):
        rows: Any = Event.objects.filter(actor_id__in=some, kind__in=ACTIONS)
        found.update(
            rows.values("actor_id")
            .annotate(newest=Max("id"))
            .order_by()
            .values_list("actor_id", "newest")
        )
    return found


def events_of_actor(actor_id: int, *, limit: int = 500) -> QuerySet[Event]:
    """Return an account's newest events, newest first. One query when read."""
    return Event.objects.filter(actor_id=actor_id).order_by("-id")[:limit]


def log_span() -> tuple[datetime, datetime] | None:
    """Return when the oldest and the newest event of an account occurred; None if there is none.

    Two queries, each by an index.
    """
    events = Event.objects.filter(actor_id__isnull=False)
    oldest = events.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    newest = events.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    return None if oldest is None or newest is None else (oldest, newest)


def _by_id(events: QuerySet[Event]) -> Iterator[Interaction]:
    # By key rather than by server-side cursor: those do not survive PgBouncer's transactions.
    last = 0
    while True:
        rows = list(
            events.filter(id__gt=last)
            .order_by("id")
            .values_list("id", "actor_id", "post_id", WEIGHT, Seconds("occurred_at"))[
                :_ROWS_AT_ONCE
            ]
        )
        for _, actor_id, post_id, weight, seconds in rows:
            yield actor_id, post_id, weight, seconds
        if len(rows) < _ROWS_AT_ONCE:
            return
        last = rows[-1][0]


def _batches(actor_ids: Collection[int]) -> Iterator[list[int]]:
    ids = sorted(set(actor_ids))
    for start in range(0, len(ids), _ACTORS_AT_ONCE):
        yield ids[start : start + _ACTORS_AT_ONCE]
