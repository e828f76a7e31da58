"""/api/analytics: figures for authors, and for those who run the place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.queries import DashboardQuery
from analytics.api.shapes import DashboardShape, ModelsShape, PostAnalyticsShape
from analytics.selectors.counts import (
    EVERYBODY,
    Period,
    active_accounts,
    figures,
    figures_by_day,
    figures_by_post,
    top_categories,
    totals,
)
from analytics.selectors.posts import post_audience, post_by_day
from mlengine.predictions import model_summaries, training_last
from posts.models import Post
from posts.selectors import cards
from profiles.models import User
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core import cache
from socialml.core.errors import Forbidden, NotFound

# An author's newest posts, among which the top of a period are looked for.
_POSTS_COMPARED = 500
_TOP = 5
# Counting a month of everybody's acts takes a while; staff reload often.
_PLATFORM_SECONDS = 60


class Dashboard(SignedInView):
    """/api/analytics/dashboard"""

    @documented(
        "Figures of a period, beside those of the period before",
        query=DashboardQuery,
        data=DashboardShape,
        errors=[403],
        description="`scope=platform` is for staff: everybody's figures, active accounts, content.",
    )
    def get(self, request: Request) -> Response:
        now = timezone.now()
        query = DashboardQuery.read(request.query_params, today=now.date())
        if query["scope"] == "own":
            return answer(_own(self.me.pk, query["period"]), "Dashboard")
        if not User.objects.active().filter(pk=self.me.pk, is_staff=True).exists():
            raise Forbidden("The platform's figures are for its staff.")
        return answer(_platform(query["period"], at=now), "Dashboard")


class PostAnalytics(SignedInView):
    """/api/analytics/posts/{post_id}"""

    @documented(
        "One's own post: who saw it and what they did", data=PostAnalyticsShape, errors=[404]
    )
    def get(self, request: Request, post_id: int) -> Response:
        post = Post.objects.filter(pk=post_id, author_id=self.me.pk).first()
        if post is None:
            raise NotFound("You have no such post.")
        by_day = post_by_day(post_id)
        return answer(
            {
                "post": {"id": post.pk, "kind": post.kind, "published_at": post.published_at},
                "counts": {
                    f"{name}s": getattr(post, f"{name}_count")
                    for name in ("view", "like", "comment", "share", "save")
                },
                "audience": post_audience(post_id, length_ms=post.media.get("duration_ms")),
                "by_day": [{"date": day, **of_day} for day, of_day in by_day.items()],
            },
            "Post figures",
        )


class Models(SignedInView):
    """/api/analytics/models"""

    @documented("The models that serve, how well they do and how old they are", data=ModelsShape)
    def get(self, request: Request) -> Response:
        return answer({"models": model_summaries(), "last_training": training_last()}, "Models")


def _own(user_id: int, period: Period) -> dict[str, Any]:
    newest = Post.objects.filter(author_id=user_id).order_by("-published_at", "-id")
    ids = newest.values_list("pk", flat=True)[:_POSTS_COMPARED]
    by_post = figures_by_post(list(ids), period=period)
    top = sorted(by_post, key=lambda post_id: (-_engaged(by_post[post_id]), -post_id))[:_TOP]
    return {
        "scope": "own",
        **_compared(user_id, period),
        "top_posts": [{**card, "period": by_post[card["id"]]} for card in cards(top, user_id)],
    }


def _platform(period: Period, *, at: datetime) -> dict[str, Any]:
    def load() -> bytes:
        return orjson.dumps(
            {
                "scope": "platform",
                **_compared(EVERYBODY, period),
                "active_accounts": active_accounts(at=at),
                "top_categories": top_categories(period=period),
            }
        )

    name = f"dashboard:{period.since.date()}:{period.until.date()}"
    found: dict[str, Any] = orjson.loads(cache.get_or_load(name, load, seconds=_PLATFORM_SECONDS))
    return found


def _compared(account_id: int, period: Period) -> dict[str, Any]:
    both = Period(period.before.since, period.until)
    by_day = figures_by_day(account_id=account_id, period=both)
    now, before = totals(by_day, period), totals(by_day, period.before)
    nothing = figures({})
    return {
        "since": period.since,
        "until": period.until,
        "totals": now,
        "previous": before,
        "change": {name: _change(now[name], before[name]) for name in now},
        "by_day": [
            {"date": day.isoformat(), **by_day.get(day.isoformat(), nothing)} for day in period.days
        ],
    }


def _change(now: float, before: float) -> float | None:
    return round((now - before) / abs(before), 4) if before else None


def _engaged(of_post: Mapping[str, int]) -> int:
    marks = sum(of_post[name] for name in ("likes", "comments", "shares", "saves"))
    # A view counts a little, so that among posts without marks the most seen comes first.
    return marks * 1000 + of_post["views"]
