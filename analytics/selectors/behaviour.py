"""One account's behaviour, read from its newest events by plain rules.

What an account is told while no trained model has judged it, and what the trained models are
compared with.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp
from typing import Any

from analytics.models import Event
from analytics.selectors.weights import ACTIONS, ENGAGEMENTS, LONG_VIEW, LONG_VIEW_MS, SIGNALS
from mlengine.estimators.change_points import change_points

RULES = "rules"
# Acts further apart than this belong to two sessions; the half hour of web analytics.
SESSION_GAP = timedelta(minutes=30)
WEEK = timedelta(days=7)
# Engagements (likes, saves, shares, comments, posts) of a week that make somebody High.
HIGH_FROM = 5
# After so many days of silence six in ten (1 - 1/e) are taken to be gone.
_SILENCE_DAYS = 7.0
_NEWEST = 5_000
_TASTES_KEPT = 10
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What AccountInsight says too, but of this moment and by rules."""

    activity: dict[str, Any]
    tastes: dict[str, Any]
    engagement_class: str
    engagement_probabilities: dict[str, float]
    churn_risk: float
    churn_drivers: list[dict[str, Any]]
    engagement_drivers: list[dict[str, Any]]
    next_action: dict[str, Any]
    segment: str


@dataclass(frozen=True, slots=True)
class Act:
    """The columns of one event that behaviour is made of."""

    kind: str
    occurred_at: datetime
    duration_ms: int | None
    target_id: int | None
    category: str
    hashtags: list[str]
    post_kind: str


def behaviour_by_rules(actor_id: int, *, at: datetime, since: datetime | None = None) -> Behaviour:
    """Judge the account by its newest 5,000 acts before `at`, from `since` on. One query."""
    events = Event.objects.filter(actor_id=actor_id, kind__in=ACTIONS, occurred_at__lte=at)
    if since is not None:
        events = events.filter(occurred_at__gte=since)
    rows: Any = events.order_by("-id").values_list(
        *("kind", "occurred_at", "duration_ms", "target_id"),
        *("category", "hashtags", "post_kind"),
    )[:_NEWEST]
    acts = [Act(*row) for row in rows]
    acts.sort(key=lambda act: act.occurred_at)
    recent = sum(act.occurred_at > at - WEEK and is_engagement(act.kind) for act in acts)
    silence = (at - acts[-1].occurred_at) / timedelta(days=1) if acts else None
    label = class_by_rules(recent)
    return Behaviour(
        activity=activity_of(acts, until=at),
        tastes=tastes_of(acts, actor_id=actor_id),
        engagement_class=label,
        engagement_probabilities={name: float(name == label) for name in ("High", "Medium", "Low")},
        churn_risk=round(risk_by_rules(silence), 4),
        churn_drivers=_drivers(silence),
        engagement_drivers=[
            {"feature": "engagements_last_week", "value": float(recent), "effect": None}
        ],
        next_action=action_by_rules(recent),
        segment=_segment(len(acts), recent),
    )


def is_engagement(kind: str) -> bool:
    """Return whether the act took a decision: a like, save, share, comment or post."""
    return kind in ENGAGEMENTS or kind == Event.Kind.POSTED


def class_by_rules(engagements_of_week: int) -> str:
    """Return High, Medium or Low for so many engagements in the last seven days.

    >>> class_by_rules(5), class_by_rules(1), class_by_rules(0)
    ('High', 'Medium', 'Low')
    """
    if engagements_of_week >= HIGH_FROM:
        return "High"
    return "Medium" if engagements_of_week else "Low"


def risk_by_rules(days_of_silence: float | None) -> float:
    """Return the risk in [0, 1] that the silence goes on for a week; None is never having acted.

    >>> round(risk_by_rules(7.0), 3), risk_by_rules(None)
    (0.632, 1.0)
    """
    return 1.0 if days_of_silence is None else 1.0 - exp(-max(days_of_silence, 0) / _SILENCE_DAYS)


def action_by_rules(engagements_of_week: int) -> dict[str, Any]:
    """Return what to do next: to engage as often as makes somebody High, to go on where they do.

    >>> action_by_rules(2)
    {'action': 'engage', 'times': 3, 'risk_after': None}
    """
    missing = max(HIGH_FROM - engagements_of_week, 0)
    return {
        "action": "engage" if missing else "keep_going",
        "times": missing,
        "risk_after": None,
    }


def changes_by_day(days: Iterable[int], *, until: int) -> list[dict[str, Any]]:
    """Return from which UTC days on sessions were more or fewer a week, oldest first.

    `days` holds the day of each session's start, in days since 1970; the day `until`, which is
    not over, is left out.

    >>> days = [20_000 + day for day in range(28) for _ in range(2)]
    >>> changes_by_day(days, until=20_056)
    [{'date': '2024-11-01', 'before': 14.0, 'after': 0.0}]
    """
    counts = Counter(day for day in days if day < until)
    if not counts:
        return []
    first = min(counts)
    found = change_points([counts[day] for day in range(first, until)])
    return [
        {
            "date": (_EPOCH + timedelta(days=first + one.day)).isoformat(),
            "before": round(7 * one.before, 2),
            "after": round(7 * one.after, 2),
        }
        for one in found
    ]


def activity_of(acts: Sequence[Act], *, until: datetime) -> dict[str, Any]:
    """Return when the acts, oldest first, happened: shares by UTC hour and weekday, sessions.

    `change_points` says from which days on there were more or fewer sessions a week.
    """
    hours = Counter(act.occurred_at.hour for act in acts)
    weekdays = Counter(act.occurred_at.weekday() for act in acts)
    starts = [
        act.occurred_at
        for before, act in zip([None, *acts], acts, strict=False)
        if before is None or act.occurred_at - before.occurred_at > SESSION_GAP
    ]
    weeks = max((acts[-1].occurred_at - acts[0].occurred_at) / WEEK, 1.0) if acts else 1.0
    return {
        "by_hour": [_share(hours[hour], len(acts)) for hour in range(24)],
        "by_weekday": [_share(weekdays[day], len(acts)) for day in range(7)],
        "peak_hour": max(hours, key=lambda hour: (hours[hour], -hour)) if acts else None,
        "peak_weekday": max(weekdays, key=lambda day: (weekdays[day], -day)) if acts else None,
        "events": len(acts),
        "active_days": len({act.occurred_at.date() for act in acts}),
        "sessions": len(starts),
        "sessions_per_week": round(len(starts) / weeks, 2),
        "first_active_at": _moment(acts[0]) if acts else None,
        "last_active_at": _moment(acts[-1]) if acts else None,
        "change_points": changes_by_day(
            ((start.date() - _EPOCH).days for start in starts), until=(until.date() - _EPOCH).days
        ),
    }


def tastes_of(acts: Sequence[Act], *, actor_id: int) -> dict[str, Any]:
    """Return what the acts were drawn to: [name, share of the positive weight], most first.

    The account's own posts say nothing of its tastes.
    """
    totals: dict[str, defaultdict[Any, float]] = {
        name: defaultdict(float) for name in ("categories", "hashtags", "authors", "kinds")
    }
    for act in acts:
        is_own = act.target_id == actor_id
        weight = 0.0 if is_own else weight_of(act.kind, act.duration_ms)
        if not weight:
            continue
        totals["categories"][act.category] += weight
        totals["kinds"][act.post_kind] += weight
        totals["authors"][act.target_id] += weight
        for tag in act.hashtags:
            totals["hashtags"][tag] += weight
    return {name: shares(total) for name, total in totals.items()}


def shares(totals: Mapping[Any, float]) -> list[list[Any]]:
    """Return the ten greatest of what is positive, each with its share of all that is.

    >>> shares({"pets": 3.0, "news": 1.0, "": 9.0, "spam": -2.0})
    [['pets', 0.75], ['news', 0.25]]
    """
    positive = {name: total for name, total in totals.items() if name and total > 0}
    whole = sum(positive.values())
    ranked = sorted(positive.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [[name, round(total / whole, 4)] for name, total in ranked[:_TASTES_KEPT]]


def weight_of(kind: str, duration_ms: int | None) -> float:
    """Return what SIGNALS says of the act."""
    if kind == Event.Kind.VIEWED and (duration_ms or 0) >= LONG_VIEW_MS:
        return LONG_VIEW
    return SIGNALS.get(kind, 0.0)


def _moment(act: Act) -> str:
    return act.occurred_at.isoformat(timespec="seconds")


def _share(count: int, whole: int) -> float:
    return round(count / whole, 4) if whole else 0.0


def _drivers(silence: float | None) -> list[dict[str, Any]]:
    value = None if silence is None else round(silence, 1)
    return [{"feature": "days_since_last_act", "value": value, "effect": None}]


def _segment(events: int, recent: int) -> str:
    if not events:
        return "Newcomers"
    return "Active" if recent else "Quiet"
