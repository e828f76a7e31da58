"""What the dashboard shows of one author's posts, and of the whole place."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from analytics.selectors.counts import (
    EVERYBODY,
    Period,
    counts_by_day,
    figures,
    figures_by_post,
    totals,
)
from analytics.selectors.leaders import metric_of, top_categories, top_creators_kept
from analytics.selectors.presence import actives_by_day, retention
from analytics.selectors.visits import funnel
from posts.models import Post
from posts.selectors import cards
from posts.selectors.moderation_load import moderation_load, moderation_now
from posts.selectors.sentiment import LABELS, sentiment_by_day, sentiment_kept
from profiles.models import User
from socialml.core import cache

# An author's newest posts, among which the top of a period are looked for.
_POSTS_COMPARED = 500
_TOP = 10
# Staff reload often.
_PLATFORM_SECONDS = 60
_NOBODY = {"daily": 0, "weekly": 0, "monthly": 0}


def author_dashboard(
    account_id: int, *, viewer_id: int, period: Period, metric: str
) -> dict[str, Any]:
    """Return the figures of one author's posts."""
    newest = Post.objects.filter(author_id=account_id).order_by("-published_at", "-id")
    ids = newest.values_list("pk", flat=True)[:_POSTS_COMPARED]
    by_post = figures_by_post(list(ids), period=period)
    top = sorted(by_post, key=lambda pk: (*_standing(by_post[pk], metric), -pk))[:_TOP]
    return {
        **_compared(account_id, period),
        "sentiment": _sentiment(period, author_id=account_id),
        "top_posts": [{**card, "period": by_post[card["id"]]} for card in cards(top, viewer_id)],
    }


def platform_dashboard(*, period: Period, metric: str, at: datetime) -> dict[str, Any]:
    """Return everybody's figures, kept for a minute."""

    def load() -> bytes:
        return orjson.dumps(_platform(period, metric=metric, at=at))

    name = f"dashboard:{period.since.date()}:{period.until.date()}:{metric}"
    found: dict[str, Any] = orjson.loads(cache.get_or_load(name, load, seconds=_PLATFORM_SECONDS))
    return found


def _platform(period: Period, *, metric: str, at: datetime) -> dict[str, Any]:
    actives = actives_by_day(period=period)
    newest = max(actives, default=period.days[-1].isoformat())
    return {
        **_compared(EVERYBODY, period),
        "sentiment": _sentiment(period),
        "active_accounts": {"date": newest, **actives.get(newest, _NOBODY)},
        "active_by_day": _each_day(period, actives, _NOBODY),
        "retention": retention(today=at.date()),
        "top_categories": top_categories(period=period),
        "top_creators": _creators(period, metric),
        "moderation": _moderation(period),
    }


def _compared(account_id: int, period: Period) -> dict[str, Any]:
    both = Period(period.before.since, period.until)
    counts = counts_by_day(account_id=account_id, period=both)
    by_day = {day: figures(of_day) for day, of_day in counts.items()}
    now, before = totals(by_day, period), totals(by_day, period.before)
    return {
        "since": period.since,
        "until": period.until,
        "totals": now,
        "previous": before,
        "change": {name: _change(now[name], before[name]) for name in now},
        "by_day": _each_day(period, by_day, figures({})),
        "previous_by_day": _each_day(period.before, by_day, figures({})),
        "funnel": funnel(_visits(counts, period)),
        "previous_funnel": funnel(_visits(counts, period.before)),
    }


def _visits(counts: Mapping[str, Mapping[str, tuple[int, int]]], period: Period) -> dict[str, int]:
    summed: dict[str, int] = {}
    for day in period.days:
        for name, (count, _) in counts.get(day.isoformat(), {}).items():
            summed[name] = summed.get(name, 0) + count
    return summed


def _sentiment(period: Period, author_id: int | None = None) -> list[dict[str, Any]]:
    window = {"since": period.since, "until": period.until}
    found = (
        sentiment_kept(**window)
        if author_id is None
        else sentiment_by_day(**window, author_id=author_id)
    )
    return _each_day(period, found, dict.fromkeys(LABELS, 0))


def _creators(period: Period, metric: str) -> list[dict[str, Any]]:
    found = top_creators_kept(period=period, metric=metric, limit=_TOP)
    ids = [one["author_id"] for one in found]
    names = dict(User.objects.active().filter(pk__in=ids).values_list("pk", "username"))
    return [
        {"author": {"id": pk, "username": names[pk]}, **one}
        for pk, one in ((one.pop("author_id"), one) for one in found)
        if pk in names
    ]


def _moderation(period: Period) -> dict[str, Any]:
    now = moderation_load(since=period.since, until=period.until)
    before = moderation_load(since=period.before.since, until=period.before.until)
    by_day, _ = now.pop("by_day"), before.pop("by_day")
    nothing = {"opened": 0, "decided": 0}
    return {
        **moderation_now(),
        "period": now,
        "previous": before,
        "by_day": _each_day(period, by_day, nothing),
    }


def _each_day(
    period: Period, found: Mapping[str, Mapping[str, int]], nothing: Mapping[str, int]
) -> list[dict[str, Any]]:
    days: Iterable[str] = (day.isoformat() for day in period.days)
    return [{"date": day, **found.get(day, nothing)} for day in days]


def _change(now: float, before: float) -> float | None:
    return round((now - before) / abs(before), 4) if before else None


def _standing(of_post: Mapping[str, int], metric: str) -> tuple[float, int]:
    # Among posts without any of the metric the most seen comes first.
    return -metric_of(of_post, metric), -of_post["views"]
