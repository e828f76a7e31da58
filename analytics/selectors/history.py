"""Who did what with which post: the columns that models learn from, streamed from the log."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from analytics.models import Event
from analytics.selectors.weights import ACTIONS, WEIGHT, Seconds, signals_of_others_posts

# Account, post, weight (analytics.selectors.weights.SIGNALS), seconds since 1970.
Interaction = tuple[int, int, float, float]

_ROWS_AT_ONCE = 50_000
# SQLite takes 250,000 parameters, PostgreSQL plans long lists slowly.
_ACTORS_AT_ONCE = 5_000
# Accounts with a moment of their own asked for at once; each is a condition.
_MOMENTS_AT_ONCE = 100
_NO_MOMENTS: Mapping[int, datetime] = MappingProxyType({})
_NO_MARKS: Mapping[int, int] = MappingProxyType({})
# Rows of their own say these for as long as they are meant (posts.Dismissal).
_STANDING = (Event.Kind.DISMISSED, Event.Kind.UNDISMISSED)


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
    actor_ids: Collection[int],
    *,
    until: datetime | None = None,
    since: Mapping[int, datetime] = _NO_MOMENTS,
) -> Iterator[Interaction]:
    """Yield all that these accounts did, each account's events in the order of recording.

    Of an account in `since` only what it did at that moment or later. One query for every 5,000
    accounts, and one for every 100 of `since`.
    """
    for some in _conditions(actor_ids, since, "occurred_at__gte"):
        events = signals_of_others_posts().filter(some)
        if until is not None:
            events = events.filter(occurred_at__lt=until)
        rows = events.order_by("actor_id", "id").values_list(
            "actor_id", "post_id", WEIGHT, Seconds("occurred_at")
        )
        yield from rows.iterator(chunk_size=_ROWS_AT_ONCE)


def seen_of(
    actor_ids: Collection[int], *, after: Mapping[int, int] = _NO_MARKS
) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield (account, post, impressions, acts, newest event): what met each account's eye.

    Acts are all events but impressions, skips among them; to ask for less like a post, or take
    that back, is none: its row says whether it stands. Of an account in `after` only events of
    greater ids count. One query for every 5,000 accounts, and one for every 100 of `after`.
    """
    is_impression = Q(kind=Event.Kind.IMPRESSION)
    is_act = ~Q(kind__in=(Event.Kind.IMPRESSION, *_STANDING))
    for some in _conditions(actor_ids, after, "id__gt"):
        rows: Any = (
            Event.objects.filter(some, post_id__isnull=False)
            .values("actor_id", "post_id")
            .annotate(
                impressions=Count("id", filter=is_impression),
                acts=Count("id", filter=is_act),
                newest=Max("id"),
            )
            .order_by()
        )
        columns = ("actor_id", "post_id", "impressions", "acts", "newest")
        yield from rows.values_list(*columns).iterator(chunk_size=_ROWS_AT_ONCE)


def met_between(spans: Mapping[int, tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield (account, post), each once: what each met in events after one id and up to another.

    One query for every 100 accounts.
    """
    ids = sorted(spans)
    for start in range(0, len(ids), _MOMENTS_AT_ONCE):
        some = (
            Q(actor_id=actor_id, id__gt=spans[actor_id][0], id__lte=spans[actor_id][1])
            for actor_id in ids[start : start + _MOMENTS_AT_ONCE]
        )
        rows = _met().filter(reduce(or_, some)).values_list("actor_id", "post_id")
        for actor_id, post_id in rows.distinct().order_by().iterator(chunk_size=_ROWS_AT_ONCE):
            assert actor_id is not None
            assert post_id is not None
            yield actor_id, post_id


def newest_met(
    *, recorded_before: datetime, actor_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Return the newest event recorded before then by which each account met a post.

    Of all accounts, or of these: one query, or one for every 5,000.
    """
    found: dict[int, int] = {}
    events = _met().filter(recorded_at__lt=recorded_before)
    wanted = [Q()] if actor_ids is None else [Q(actor_id__in=b) for b in _batches(actor_ids)]
    for some in wanted:
        rows: Any = events.filter(some).values("actor_id").annotate(newest=Max("id")).order_by()
        found.update(rows.values_list("actor_id", "newest"))
    return found


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


def _met() -> QuerySet[Event]:
    events = Event.objects.filter(actor_id__isnull=False, post_id__isnull=False)
    return events.exclude(kind__in=_STANDING)


def _conditions(
    actor_ids: Collection[int], bounds: Mapping[int, datetime | int], lookup: str
) -> Iterator[Q]:
    """Yield conditions for some of the accounts each; those in `bounds` from their bound on."""
    for some in _batches([actor_id for actor_id in actor_ids if actor_id not in bounds]):
        yield Q(actor_id__in=some)
    apart = sorted(set(actor_ids) & bounds.keys())
    for start in range(0, len(apart), _MOMENTS_AT_ONCE):
        yield reduce(
            or_,
            (
                Q(actor_id=actor_id, **{lookup: bounds[actor_id]})
                for actor_id in apart[start : start + _MOMENTS_AT_ONCE]
            ),
        )
