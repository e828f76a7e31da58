"""What the behaviour models say of every account, written for the requests that read it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from analytics.selectors.acts import actor_ranges, newest_act, tastes_of_range
from analytics.selectors.behaviour import RULES, class_by_rules, risk_by_rules, shares
from mlengine.datasets.acts import DAY, FEATURES, Acts, features
from mlengine.estimators.behaviour import CLASSES, BehaviourModel
from mlengine.estimators.segments import Segments
from mlengine.models import AccountInsight
from mlengine.pipelines.acts import WINDOW, acts_in
from mlengine.pipelines.segments import COLUMNS
from mlengine.registry import Loaded, artifact_load
from mlengine.segment_histories import Grouped, segments_store
from profiles.models import Preferences, User
from profiles.selectors import resets_in

# Accounts described at once: their acts and tastes are in memory.
_ACCOUNTS_AT_ONCE = 2_000
# A log that ended longer ago is judged as of its end: all would be gone, and nothing be learned.
_STALE = timedelta(days=7)
_DRIVERS = 3
# What drivers are called is what the feature is; its value is shown as people count.
_LOGARITHMS = frozenset(
    name for name in FEATURES if name.startswith(("acts_", "engagements_", "posts_", "follows_"))
) | {"views_last_month", "sessions_last_month"}


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What is said of some accounts; the rows run side by side with `ids`."""

    ids: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    risk: NDArray[np.float64]
    drivers: list[list[dict[str, Any]]]
    group: NDArray[np.int64]
    version: str


def insights_refresh(*, at: datetime) -> int:
    """Describe every account that acted in the 90 days before `at`; return how many.

    Accounts that want no profile, and those that are gone, have none afterwards. The live models
    judge; where none is live the rules do. In runs of 2,000 accounts, so memory is bounded.
    """
    newest = newest_act(before=at)
    if newest is None:
        AccountInsight.objects.all().delete()
        segments_store(None, Grouped(np.zeros(0, np.int64), np.zeros(0, np.int64)), at=at)
        return 0
    as_of = at if at - newest <= _STALE else newest + timedelta(seconds=1)
    behaviour = artifact_load("behaviour", BehaviourModel.load)
    grouping = artifact_load("segments", Segments.load)
    ids, groups = [], []
    for low, high in actor_ranges(since=as_of - WINDOW, until=as_of, size=_ACCOUNTS_AT_ONCE):
        judged, rows = _described(low, high, as_of, at, behaviour, grouping)
        _insights_store(rows, at=at)
        described = np.isin(judged.ids, [row.pk for row in rows])
        ids.append(judged.ids[described])
        groups.append(judged.group[described])
    # A later run's are left to it.
    AccountInsight.objects.filter(computed_at__lt=at).delete()
    segments_store(grouping, Grouped(np.concatenate(ids), np.concatenate(groups)), at=at)
    return sum(map(len, ids))


def _described(
    low: int,
    high: int,
    as_of: datetime,
    at: datetime,
    behaviour: Loaded[BehaviourModel] | None,
    grouping: Loaded[Segments] | None,
) -> tuple[_Judgement, list[AccountInsight]]:
    since = as_of - WINDOW
    apart = resets_in(low=low, high=high, since=since)
    acts = acts_in([(low, high)], since=since, until=as_of, apart=apart)
    judged = _judged(acts, as_of.timestamp(), behaviour, grouping)
    activity = _activity(acts)
    tastes = _tastes(low=low, high=high, since=since, until=as_of)
    for pk, moment in apart.items():
        tastes[pk] = _tastes(low=pk, high=pk, since=moment, until=as_of)[pk]
    wanted = _wanted(low, high)
    return judged, [
        AccountInsight(
            user_id=user_id,
            activity=activity[user_id],
            tastes=tastes[user_id],
            engagement_class=CLASSES[int(chances.argmax())],
            engagement_probabilities={
                name: round(float(chance), 4) for name, chance in zip(CLASSES, chances, strict=True)
            },
            churn_risk=round(float(judged.risk[row]), 4),
            churn_drivers=judged.drivers[row],
            model_version=judged.version,
            computed_at=at,
        )
        for row, (user_id, chances) in enumerate(
            zip(judged.ids.tolist(), judged.probabilities, strict=True)
        )
        if user_id in wanted
    ]


def _judged(
    acts: Acts,
    moment: float,
    behaviour: Loaded[BehaviourModel] | None,
    grouping: Loaded[Segments] | None,
) -> _Judgement:
    ids, rows = features(acts, moment, active_days=WINDOW.days)
    group = np.full(len(ids), -1) if grouping is None else grouping.model.predict(rows[:, COLUMNS])
    if behaviour is None:
        return _by_rules(ids, rows, group)
    model = behaviour.model
    effects = model.churn_effects(rows)
    return _Judgement(
        ids,
        model.class_probabilities(rows),
        model.churn_risk(rows),
        [_drivers(row, effect) for row, effect in zip(rows, effects, strict=True)],
        group,
        behaviour.label,
    )


def _by_rules(
    ids: NDArray[np.int64], rows: NDArray[np.float64], group: NDArray[np.int64]
) -> _Judgement:
    silence = rows[:, FEATURES.index("days_since_last_act")]
    engagements = np.rint(np.expm1(rows[:, FEATURES.index("engagements_last_week")]))
    places = [CLASSES.index(class_by_rules(int(count))) for count in engagements]
    drivers = [
        [{"feature": "days_since_last_act", "value": round(float(days), 1), "effect": None}]
        for days in silence
    ]
    risk = np.array([risk_by_rules(float(days)) for days in silence])
    return _Judgement(ids, np.eye(len(CLASSES))[places], risk, drivers, group, RULES)


def _drivers(row: NDArray[np.float64], effects: NDArray[np.float64]) -> list[dict[str, Any]]:
    found = []
    for place in np.argsort(-np.abs(effects), kind="stable")[:_DRIVERS]:
        name = FEATURES[place]
        value = float(np.expm1(row[place])) if name in _LOGARITHMS else float(row[place])
        found.append(
            {"feature": name, "value": round(value, 2), "effect": round(float(effects[place]), 3)}
        )
    return found


def _activity(acts: Acts) -> dict[int, dict[str, Any]]:
    """Return AccountInsight.activity of each account; the keys are those of the rules."""
    count = len(acts.account_ids)
    hours = np.zeros((count, 24))
    weekdays = np.zeros((count, 7))
    np.add.at(hours, (acts.account, (acts.at % DAY // 3600).astype(int)), 1.0)
    np.add.at(weekdays, (acts.account, ((acts.at // DAY + 3) % 7).astype(int)), 1.0)
    events, days, sessions = acts.count(), acts.active_days(), acts.sessions()
    starts = np.searchsorted(acts.account, np.arange(count))
    ends = np.searchsorted(acts.account, np.arange(count), side="right") - 1
    first, last = acts.at[starts], acts.at[ends]
    weeks = np.maximum((last - first) / (7 * DAY), 1.0)
    return {
        user_id: {
            "by_hour": (hours[i] / events[i]).round(4).tolist(),
            "by_weekday": (weekdays[i] / events[i]).round(4).tolist(),
            "peak_hour": int(hours[i].argmax()),
            "peak_weekday": int(weekdays[i].argmax()),
            "events": int(events[i]),
            "active_days": int(days[i]),
            "sessions": int(sessions[i]),
            "sessions_per_week": round(float(sessions[i] / weeks[i]), 2),
            "first_active_at": _moment(first[i]),
            "last_active_at": _moment(last[i]),
        }
        for i, user_id in enumerate(acts.account_ids.tolist())
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _tastes(
    *, low: int, high: int, since: datetime, until: datetime
) -> defaultdict[int, dict[str, list[list[Any]]]]:
    totals: dict[tuple[int, str], defaultdict[Any, float]] = defaultdict(_weights)
    for user_id, taste, name, weight in tastes_of_range(
        low=low, high=high, since=since, until=until
    ):
        totals[user_id, taste][int(name) if taste == "authors" else name] += weight
    found: defaultdict[int, dict[str, list[list[Any]]]] = defaultdict(_no_tastes)
    for (user_id, taste), total in totals.items():
        found[user_id][taste] = shares(total)
    return found


def _weights() -> defaultdict[Any, float]:
    return defaultdict(float)


def _no_tastes() -> dict[str, list[list[Any]]]:
    return {name: [] for name in ("categories", "hashtags", "authors", "kinds")}


def _wanted(low: int, high: int) -> set[int]:
    """Return the accounts of the range that are people, active, and do not refuse a profile."""
    people = User.objects.active().people().filter(pk__gte=low, pk__lte=high)
    refused = Preferences.objects.filter(is_personalised=False, user_id__gte=low, user_id__lte=high)
    return set(people.values_list("pk", flat=True)) - set(refused.values_list("user_id", flat=True))


@transaction.atomic
def _insights_store(rows: list[AccountInsight], *, at: datetime) -> None:
    """Store what is said of these accounts, where no later run has said it already.

    Segments are left as they are: who is in which is decided when all accounts are described.
    """
    ids = [row.pk for row in rows]
    known = set(AccountInsight.objects.filter(pk__in=ids).values_list("pk", flat=True))
    AccountInsight.objects.bulk_create(
        [row for row in rows if row.pk not in known], ignore_conflicts=True
    )
    older = AccountInsight.objects.select_for_update().filter(pk__in=ids, computed_at__lt=at)
    held = set(older.order_by("pk").values_list("pk", flat=True))
    AccountInsight.objects.bulk_create(
        [row for row in rows if row.pk in held],
        update_conflicts=True,
        unique_fields=["user_id"],
        update_fields=[
            *("activity", "tastes", "engagement_class", "engagement_probabilities"),
            *("churn_risk", "churn_drivers", "model_version", "computed_at"),
        ],
    )
