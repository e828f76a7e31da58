"""What the behaviour models say of every account, written for the requests that read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import numpy as np
from django.db import transaction
from django.db.models import Q

from analytics.selectors.acts import actor_ranges, newest_act
from analytics.selectors.history import actors_since
from mlengine.describing import accounts_describe
from mlengine.estimators.behaviour import BehaviourModel
from mlengine.estimators.segments import Segments
from mlengine.models import AccountInsight
from mlengine.pipelines.acts import WINDOW
from mlengine.registry import Loaded, artifact_load
from mlengine.segment_histories import Grouped, members_store, segments_store
from mlengine.steps import Step
from profiles.models import Preferences, User

# Accounts described at once: their acts and tastes are in memory.
_ACCOUNTS_AT_ONCE = 2_000
# A log that ended longer ago is judged as of its end: all would be gone, and nothing be learned.
_STALE = timedelta(days=7)
# Accounts that one run describes between two trainings, those of the newest acts.
MOST_FOLLOWED = 1_000
# Acts recorded so long before the last run may have become visible only after it.
_OVERLAP = timedelta(minutes=1)
Models = tuple[Loaded[BehaviourModel] | None, Loaded[Segments] | None]


def insights_step(*, at: datetime) -> Step:
    """Describe every account that acted in the 90 days before `at`; reports how many.

    Accounts that want no profile, and those that are gone, have none afterwards. The live models
    judge; where none is live the rules do. In parts of 2,000 accounts, so memory is bounded.
    """
    newest = newest_act(before=at)
    ranges = []
    as_of = at
    if newest is not None:
        as_of = at if at - newest <= _STALE else newest + timedelta(seconds=1)
        ranges = actor_ranges(since=as_of - WINDOW, until=as_of, size=_ACCOUNTS_AT_ONCE)
    parts = [partial(_range_describe, low, high, as_of=as_of, at=at) for low, high in ranges]
    return Step(parts, partial(_described, at=at))


def insights_refresh(*, at: datetime) -> int:
    """Describe them in this process, as insights_step has it; return how many."""
    step = insights_step(at=at)
    accounts: int = step.end([part() for part in step.parts])["accounts"]
    return accounts


def _range_describe(low: int, high: int, *, as_of: datetime, at: datetime) -> Grouped:
    behaviour, grouping = _models()
    judged, rows = accounts_describe(low, high, as_of, at, behaviour, grouping)
    _insights_store(rows, at=at)
    described = np.isin(judged.ids, [row.pk for row in rows])
    return Grouped(judged.ids[described], judged.group[described])


def _described(found: list[Grouped], *, at: datetime) -> dict[str, int]:
    """Let go of accounts that are gone, and make the segments of all that were described."""
    # A later run's are left to it.
    AccountInsight.objects.filter(computed_at__lt=at).delete()
    nobody = np.zeros(0, np.int64)
    everybody = Grouped(
        np.concatenate([nobody, *(one.ids for one in found)]),
        np.concatenate([nobody, *(one.group for one in found)]),
    )
    segments_store(_models()[1] if found else None, everybody, at=at)
    return {"accounts": len(everybody.ids)}


def insights_follow(*, since: datetime, at: datetime) -> int:
    """Describe anew the accounts that did something recorded from `since` on; return how many.

    As insights_refresh does it, so that until the next whole run an account's description is of
    its newest acts; at most 1,000 accounts, those with the newest. About ten queries an account.
    """
    acted = actors_since(since - _OVERLAP)
    newest = sorted(acted, key=lambda account_id: -acted[account_id])[:MOST_FOLLOWED]
    models = _models()
    count = 0
    for account_id in sorted(newest):
        judged, rows = accounts_describe(account_id, account_id, at, at, *models)
        _insights_store(rows, at=at)
        if rows:
            members_store(models[1], Grouped(judged.ids, judged.group), at=at)
        count += len(rows)
    return count


def _models() -> Models:
    behaviour = artifact_load("behaviour", BehaviourModel.load)
    return behaviour, artifact_load("segments", Segments.load)


@transaction.atomic
def _insights_store(rows: list[AccountInsight], *, at: datetime) -> None:
    """Store what is said of these accounts, where no later run has said it already.

    Of an account that had its profile forgotten while it was described nothing is stored.
    Segments are left as they are: who is in which is decided when all accounts are described.
    """
    ids = {row.pk for row in rows}
    older = AccountInsight.objects.select_for_update().filter(pk__in=ids, computed_at__lt=at)
    held = set(older.order_by("pk").values_list("pk", flat=True))
    new = _describable(ids - held, at=at)
    AccountInsight.objects.bulk_create(
        [row for row in rows if row.pk in new], ignore_conflicts=True
    )
    AccountInsight.objects.bulk_create(
        [row for row in rows if row.pk in held],
        update_conflicts=True,
        unique_fields=["user_id"],
        update_fields=[
            *("activity", "tastes", "engagement_class", "engagement_probabilities"),
            *("churn_risk", "churn_drivers", "engagement_drivers", "next_action"),
            *("model_version", "computed_at"),
        ],
    )


def _describable(account_ids: set[int], *, at: datetime) -> set[int]:
    """Lock these accounts, and return those that may still be described as of `at`.

    Who forgets a profile locks the account too, so neither overlooks the other.
    """
    people = User.objects.active().select_for_update(no_key=True).filter(pk__in=account_ids)
    held = set(people.order_by("pk").values_list("pk", flat=True))
    forgot = Preferences.objects.filter(
        Q(is_personalised=False) | Q(history_since__gte=at - _OVERLAP), pk__in=held
    )
    return held - set(forgot.values_list("pk", flat=True))
