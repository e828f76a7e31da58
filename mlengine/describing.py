"""What the behaviour models, or the rules, say of some accounts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.selectors.acts import tastes_of_range
from analytics.selectors.behaviour import (
    RULES,
    action_by_rules,
    changes_by_day,
    class_by_rules,
    risk_by_rules,
    shares,
)
from mlengine.datasets.acts import DAY, FEATURES, Acts, features
from mlengine.estimators.behaviour import CLASSES, BehaviourModel
from mlengine.estimators.next_action import next_actions
from mlengine.estimators.segments import Segments
from mlengine.models import AccountInsight
from mlengine.pipelines.acts import WINDOW, acts_in
from mlengine.pipelines.segments import COLUMNS
from mlengine.registry import Loaded
from profiles.models import Preferences, User
from profiles.selectors import resets_in

_DRIVERS = 3
# What drivers are called is what the feature is; its value is shown as people count.
_LOGARITHMS = frozenset(
    name
    for name in FEATURES
    if name.startswith(("acts_", "authors_", "engagements_", "posts_", "follows_"))
) | {"views_last_month", "sessions_last_month"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of some accounts; the rows run side by side with `ids`."""

    ids: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    risk: NDArray[np.float64]
    drivers: list[list[dict[str, Any]]]
    class_drivers: list[list[dict[str, Any]]]
    actions: list[dict[str, Any]]
    group: NDArray[np.int64]
    version: str


def accounts_describe(
    low: int,
    high: int,
    as_of: datetime,
    at: datetime,
    behaviour: Loaded[BehaviourModel] | None,
    grouping: Loaded[Segments] | None,
) -> tuple[Judgement, list[AccountInsight]]:
    """Judge the accounts with ids from `low` to `high` by their acts of the 90 days before `as_of`.

    Return the judgement and, of those that want to be described, what to store. Eight queries, and
    five more for each account that had its profile forgotten.
    """
    since = as_of - WINDOW
    apart = resets_in(low=low, high=high, since=since)
    acts = acts_in([(low, high)], since=since, until=as_of, apart=apart)
    judged = _judged(acts, as_of.timestamp(), behaviour, grouping)
    activity = _activity(acts, as_of)
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
            engagement_drivers=judged.class_drivers[row],
            next_action=judged.actions[row],
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
) -> Judgement:
    ids, rows = features(acts, moment, active_days=WINDOW.days)
    group = np.full(len(ids), -1) if grouping is None else grouping.model.predict(rows[:, COLUMNS])
    if behaviour is None:
        return _by_rules(ids, rows, group)
    model = behaviour.model
    pairs = zip(rows, model.class_effects(rows), strict=True)
    return Judgement(
        ids,
        model.class_probabilities(rows),
        model.churn_risk(rows),
        [_drivers(*pair) for pair in zip(rows, model.churn_effects(rows), strict=True)],
        [_drivers(*pair) for pair in pairs],
        next_actions(model, rows),
        group,
        behaviour.label,
    )


def _by_rules(
    ids: NDArray[np.int64], rows: NDArray[np.float64], group: NDArray[np.int64]
) -> Judgement:
    silence = rows[:, FEATURES.index("days_since_last_act")]
    engagements = np.rint(np.expm1(rows[:, FEATURES.index("engagements_last_week")]))
    places = [CLASSES.index(class_by_rules(int(count))) for count in engagements]
    drivers = [
        [{"feature": "days_since_last_act", "value": round(float(days), 1), "effect": None}]
        for days in silence
    ]
    risk = np.array([risk_by_rules(float(days)) for days in silence])
    class_drivers = [
        [{"feature": "engagements_last_week", "value": float(count), "effect": None}]
        for count in engagements
    ]
    actions = [action_by_rules(int(count)) for count in engagements]
    return Judgement(
        ids, np.eye(len(CLASSES))[places], risk, drivers, class_drivers, actions, group, RULES
    )


def _drivers(row: NDArray[np.float64], effects: NDArray[np.float64]) -> list[dict[str, Any]]:
    found = []
    for place in np.argsort(-np.abs(effects), kind="stable")[:_DRIVERS]:
        name = FEATURES[place]
        value = float(np.expm1(row[place])) if name in _LOGARITHMS else float(row[place])
        found.append(
            {"feature": name, "value": round(value, 2), "effect": round(float(effects[place]), 3)}
        )
    return found


def _activity(acts: Acts, as_of: datetime) -> dict[int, dict[str, Any]]:
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
    is_start = acts.session_starts()
    began = np.split(
        (acts.at[is_start] // DAY).astype(int),
        np.searchsorted(acts.account[is_start], np.arange(1, count)),
    )
    today = int(as_of.timestamp() // DAY)
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
            "change_points": changes_by_day(began[i].tolist(), until=today),
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
