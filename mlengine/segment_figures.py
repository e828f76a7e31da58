"""What the segments are, how large they were, and who moved between them. Loads nothing numeric."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from mlengine.models import Segment, SegmentFormation, SegmentMembership, SegmentSize

# Formations told of, the newest first.
_FORMATIONS = 10
# Memberships of one account told of, the newest first.
_MEMBERSHIPS = 20


def membership_history(account_id: int) -> list[dict[str, Any]]:
    """Return the segments the account was in, the newest 20, newest first. One query.

    `until` is None where it is in it still; `name` is what it was called when the account came.
    """
    rows = SegmentMembership.objects.filter(account_id=account_id).order_by("-since", "-pk")
    return [dict(row) for row in rows.values("segment_id", "name", "since", "until")[:_MEMBERSHIPS]]


def segments_now() -> list[dict[str, Any]]:
    """Return the segments there are, the largest first. One query."""
    segments = Segment.objects.filter(ended_at=None).order_by("-size", "pk")
    return [dict(row) for row in segments.values("id", "name", "traits", "size", "computed_at")]


def sizes_by_day(*, since: date, until: date) -> list[dict[str, Any]]:
    """Return each segment's size on each day from `since` to `until` it was computed. One query.

    By day, then the largest first; segments that have ended are among them.
    """
    rows = SegmentSize.objects.filter(day__gte=since, day__lte=until).select_related("segment")
    return [
        {
            "date": row.day,
            "segment_id": row.segment_id,
            "name": row.segment.name,
            "accounts": row.accounts,
        }
        for row in rows.order_by("day", "-accounts", "segment_id")
    ]


def movement_between(*, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return how many accounts were in which segment at `since`, and in which at `until`.

    Most accounts first. `from` is None for those that came to their first segment between, `to`
    for those that have none any more; who was in none at either moment is left out. The rows of
    one `from` add up to its size then, so together they are the matrix of movement. Memberships
    that ended before the log begins are gone: `since` must not lie further back. Two queries.
    """
    then = dict(_members(since))
    counts: defaultdict[tuple[int | None, int | None], int] = defaultdict(int)
    for account_id, segment_id in _members(until):
        counts[then.pop(account_id, None), segment_id] += 1
    for segment_id in then.values():
        counts[segment_id, None] += 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [{"from": one, "to": other, "accounts": n} for (one, other), n in ranked]


def _members(at: datetime) -> QuerySet[SegmentMembership, tuple[int, int]]:
    holds = Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))
    return SegmentMembership.objects.filter(holds).values_list("account_id", "segment_id")


def formations() -> list[dict[str, Any]]:
    """Return the newest ten formings, newest first: what each found and what it goes on with.

    One query.
    """
    rows = SegmentFormation.objects.order_by("-pk")[:_FORMATIONS]
    return [
        {
            "version": f"segments v{row.version_id}",
            "formed_at": row.formed_at,
            "silhouette": row.silhouette,
            "groups": row.groups,
        }
        for row in rows
    ]
