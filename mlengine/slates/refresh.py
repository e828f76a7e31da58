"""Keeping slates as fresh as the log: who acted gets a new ranking.

At once where somebody follows the stream of acts (mlengine.slates.follow), else at the next tick,
which reads the log itself and so finds whatever the stream has lost.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db.models import Max

from mlengine.models import Slate
from mlengine.slates.accounts import actors_since
from mlengine.slates.catalogue import catalogue_current
from mlengine.slates.publish import accounts_publish
from mlengine.slates.shared import shared_publish
from mlengine.slates.similar import similar_add
from socialml.core.models import ScheduleWindow

# Events are numbered and dated before their transaction commits, so a later tick looks back.
OVERLAP = timedelta(seconds=5)
# After a long silence no more than this is caught up with; older slates wait for their owner's
# next act or for the next training.
LOOK_BACK = timedelta(minutes=10)
# One tick's work, so that ticks two seconds apart do not pile up.
MOST_ACCOUNTS = 400
BUDGET_SECONDS = 1.6
_AT_ONCE = 20
# A worker killed in its tick holds the others up for this long.
LEASE = timedelta(seconds=10)

_CURSOR = "slates refreshed until"
_TURN = "slates refresh taken until"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def slates_refresh(*, at: datetime) -> int:
    """Rank anew for the accounts that did something since the last tick; return how many.

    Newest first, at most MOST_ACCOUNTS and about BUDGET_SECONDS; who is left over comes in the
    next tick. Of two ticks at once one works: they take turns by a conditional update. An
    account whose newest slate took in its newest event is passed over.
    """
    if not _turn_take(at):
        return 0
    try:
        since = _cursor(at)
        waiting = _waiting(since - OVERLAP)
        done = _rank(waiting[:MOST_ACCOUNTS], at, seconds=BUDGET_SECONDS)
        if done == len(waiting):
            ScheduleWindow.objects.filter(name=_CURSOR).update(window_start=at)
    finally:
        ScheduleWindow.objects.filter(name=_TURN).update(window_start=at)
    # Reading the posts again takes a second or so: nobody waits for it here.
    catalogue = catalogue_current(at=at)
    shared_publish(catalogue, at=at)
    similar_add(catalogue, at=at)
    return done


def accounts_catch_up(newest: Mapping[int, int], *, at: datetime) -> int:
    """Rank anew for those whose slates do not know their newest event; return for how many.

    One query where all do, however often it is called.
    """
    return _rank(_late(newest), at, seconds=math.inf)


def account_refresh(*, user_id: int, at: datetime) -> bool:
    """Make one account's slates now, and return whether there was anything to go by.

    Also drops them where the account chose no personalisation.
    """
    catalogue = catalogue_current(at=at)
    return bool(accounts_publish([user_id], catalogue, at=at, is_wanted_now=True))


def _rank(user_ids: list[int], at: datetime, *, seconds: float) -> int:
    began = time.monotonic()
    done = 0
    if not user_ids:
        return done
    catalogue = catalogue_current(at=at, is_old_fine=True)
    while done < len(user_ids) and time.monotonic() - began < seconds:
        some = user_ids[done : done + _AT_ONCE]
        accounts_publish(some, catalogue, at=at, is_wanted_now=True)
        done += len(some)
    return done


def _waiting(since: datetime) -> list[int]:
    """Return who acted since then and whose slates do not know it yet."""
    return _late(actors_since(since))


def _late(newest: Mapping[int, int]) -> list[int]:
    """Return those whose slates do not know their newest event, newest first."""
    if not newest:
        return []
    marks = dict(
        Slate.objects.filter(audience=Slate.Audience.ACCOUNT, audience_id__in=list(newest))
        .values("audience_id")
        .annotate(mark=Max("event_mark"))
        .order_by()
        .values_list("audience_id", "mark")
    )
    late = [(event, user) for user, event in newest.items() if marks.get(user, 0) < event]
    return [user for _, user in sorted(late, reverse=True)]


def _cursor(at: datetime) -> datetime:
    row, _ = ScheduleWindow.objects.get_or_create(
        name=_CURSOR, defaults={"window_start": at - OVERLAP}
    )
    return max(row.window_start, at - LOOK_BACK)


def _turn_take(at: datetime) -> bool:
    ScheduleWindow.objects.get_or_create(name=_TURN, defaults={"window_start": _NEVER})
    free = ScheduleWindow.objects.filter(name=_TURN, window_start__lte=at)
    return bool(free.update(window_start=at + LEASE))
