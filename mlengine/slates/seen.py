"""Which posts an account has seen: the newest by the log, older ones by a filter of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.db import transaction

from analytics.selectors.history import met_between, newest_met, seen_of
from mlengine.models import SeenPosts
from mlengine.slates.bloom import Bloom

# An item that stood on the screen this often without being acted on is not shown again.
IMPRESSIONS_ENOUGH = 3
# The newest posts met, which are told exactly.
EXACT = 5_000
# So many more may gather before they are moved to the filter.
_SLACK = 1_000
# Events about to be deleted are moved together with those that follow within a week, or within
# a tenth of the retention: so an account's filter is written once in that time, not every hour.
_AHEAD = timedelta(days=7)
_ACCOUNTS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """What one account has seen.

    `posts` by the log; `earlier` holds what it met before that, and takes at most 1 in 100 other
    posts for such. `keep_upto` is the event up to which the log should be moved to the filter,
    None where nothing has gathered.
    """

    posts: list[int] = field(default_factory=list)
    earlier: Bloom = field(default_factory=Bloom)
    keep_upto: int | None = None


def seen_read(user_ids: Collection[int]) -> dict[int, Seen]:
    """Return what each account has seen. Two queries, and one more for every 100 filters."""
    rows = SeenPosts.objects.filter(pk__in=list(user_ids))
    kept = {
        pk: (Bloom(bytes(bits), count), mark)
        for pk, bits, count, mark in rows.values_list("pk", "bits", "post_count", "upto_event_id")
    }
    marks = {pk: mark for pk, (_, mark) in kept.items()}
    met: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for user_id, post_id, impressions, acts, newest in seen_of(user_ids, after=marks):
        met[user_id].append((newest, post_id, bool(acts or impressions >= IMPRESSIONS_ENOUGH)))
    return {
        user_id: Seen(
            posts=[post_id for _, post_id, is_seen in met[user_id] if is_seen],
            earlier=kept[user_id][0] if user_id in kept else Bloom(),
            keep_upto=_keep_upto(met[user_id]),
        )
        for user_id in user_ids
    }


def seen_keep(upto: Mapping[int, int]) -> None:
    """Put what each account met in events up to the one named into its filter.

    Every post that stood on the screen even once: that long ago is seen. Calling it again, or
    twice at once, changes nothing: a filter names the event it has come to, and only what
    follows is read. Four queries for every 100 accounts.
    """
    ids = sorted(upto)
    for start in range(0, len(ids), _ACCOUNTS_AT_ONCE):
        some = ids[start : start + _ACCOUNTS_AT_ONCE]
        _keep({user_id: upto[user_id] for user_id in some})


def seen_keep_expiring(*, before: datetime) -> int:
    """Keep what the log is about to let go of; return for how many accounts.

    Call it before events recorded before then are deleted.
    """
    expiring = newest_met(recorded_before=before)
    marks = dict(SeenPosts.objects.filter(pk__in=list(expiring)).values_list("pk", "upto_event_id"))
    due = [user_id for user_id, newest in expiring.items() if marks.get(user_id, 0) < newest]
    ahead = min(_AHEAD, timedelta(days=settings.ANALYTICS_RETENTION_DAYS) / 10)
    seen_keep(newest_met(recorded_before=before + ahead, actor_ids=due))
    return len(due)


@transaction.atomic
def _keep(upto: Mapping[int, int]) -> None:
    SeenPosts.objects.bulk_create(
        (SeenPosts(user_id=user_id) for user_id in upto), ignore_conflicts=True
    )
    # Held until the end, in one order, so that two at once follow each other.
    rows = SeenPosts.objects.select_for_update().filter(pk__in=list(upto)).order_by("pk")
    behind = [row for row in rows if row.upto_event_id < upto[row.user_id]]
    spans = {row.user_id: (row.upto_event_id, upto[row.user_id]) for row in behind}
    met: dict[int, list[int]] = defaultdict(list)
    for user_id, post_id in met_between(spans):
        met[user_id].append(post_id)
    for row in behind:
        bloom = Bloom(bytes(row.bits), row.post_count).added(met[row.user_id])
        row.bits, row.post_count = bloom.bits, bloom.count
        row.upto_event_id = upto[row.user_id]
    SeenPosts.objects.bulk_update(behind, ["bits", "post_count", "upto_event_id"])


def _keep_upto(met: list[tuple[int, int, bool]]) -> int | None:
    """Return the event that the EXACT newest of these posts were all met after, if it is time."""
    if len(met) <= EXACT + _SLACK:
        return None
    newest = np.array([event_id for event_id, _, _ in met], dtype=np.int64)
    oldest_exact = np.partition(newest, len(newest) - EXACT)[len(newest) - EXACT]
    return int(oldest_exact) - 1
