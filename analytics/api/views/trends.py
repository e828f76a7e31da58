"""/api/trends: what stands out now, with the evidence."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.queries import TrendQuery
from analytics.api.shapes import CategoryTrend, HashtagTrend, LanguageTrend, PostTrend, SoundTrend
from analytics.models import Trend
from analytics.selectors.trends import trends_of
from mlengine.post_forecasts import viral_posts
from posts.selectors import cards, shown_ids
from reels.selectors import sounds_for
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView

_EXAMPLES_SHOWN = 5
_ABOUT = (
    "Ranked by how far the accounts behind it stand above the same hours of earlier days. What "
    "rests only on posts that the caller may not see is left out."
)


class HashtagTrends(SignedInView):
    """/api/trends/hashtags"""

    @documented(
        "Hashtags that stand out", query=TrendQuery, page_of=HashtagTrend, description=_ABOUT
    )
    def get(self, request: Request) -> Response:
        limit = TrendQuery.read(request.query_params)["limit"]
        return _named(Trend.Kind.HASHTAG, viewer_id=self.me.pk, limit=limit)


class CategoryTrends(SignedInView):
    """/api/trends/categories"""

    @documented(
        "Categories that stand out", query=TrendQuery, page_of=CategoryTrend, description=_ABOUT
    )
    def get(self, request: Request) -> Response:
        limit = TrendQuery.read(request.query_params)["limit"]
        return _named(Trend.Kind.CATEGORY, viewer_id=self.me.pk, limit=limit)


class LanguageTrends(SignedInView):
    """/api/trends/languages"""

    @documented(
        "Languages that stand out", query=TrendQuery, page_of=LanguageTrend, description=_ABOUT
    )
    def get(self, request: Request) -> Response:
        limit = TrendQuery.read(request.query_params)["limit"]
        return _named(Trend.Kind.LANGUAGE, viewer_id=self.me.pk, limit=limit)


class SoundTrends(SignedInView):
    """/api/trends/sounds"""

    @documented("Sounds that stand out", query=TrendQuery, page_of=SoundTrend, description=_ABOUT)
    def get(self, request: Request) -> Response:
        limit = TrendQuery.read(request.query_params)["limit"]

        def told(names: list[str]) -> dict[str, Any]:
            sounds = sounds_for([int(name) for name in names], self.me.pk)
            return {str(sound_id): sound for sound_id, sound in sounds.items()}

        return _named(Trend.Kind.SOUND, viewer_id=self.me.pk, limit=limit, told=told)


class PostTrends(SignedInView):
    """/api/trends/posts"""

    @documented("Posts that stand out", query=TrendQuery, page_of=PostTrend, description=_ABOUT)
    def get(self, request: Request) -> Response:
        limit = TrendQuery.read(request.query_params)["limit"]
        trends = trends_of(Trend.Kind.POST)
        visible = shown_ids([int(trend.name) for trend in trends], self.me.pk)
        shown = [trend for trend in trends if int(trend.name) in visible][:limit]
        by_id = {card["id"]: card for card in cards([int(t.name) for t in shown], self.me.pk)}
        views = {post_id: card["view_count"] for post_id, card in by_id.items()}
        viral = viral_posts(views, at=timezone.now())
        results = [
            {
                "rank": rank,
                "post": by_id[int(trend.name)],
                "is_viral": int(trend.name) in viral,
                "score": trend.score,
                "evidence": trend.evidence,
            }
            for rank, trend in enumerate(shown, start=1)
            if int(trend.name) in by_id
        ]
        return _answered(results, trends)


def _as_named(names: list[str]) -> dict[str, Any]:
    return {name: name for name in names}


def _named(
    kind: Trend.Kind,
    *,
    viewer_id: int,
    limit: int,
    told: Callable[[list[str]], dict[str, Any]] = _as_named,
) -> Response:
    """Answer with the names of a kind that rest on posts the viewer may see, each as `told`."""
    trends = trends_of(kind)
    examples = {post_id for trend in trends for post_id in trend.evidence["examples"]}
    visible = shown_ids(examples, viewer_id)
    seen = [(trend, [p for p in trend.evidence["examples"] if p in visible]) for trend in trends]
    shown = [(trend, posts) for trend, posts in seen if posts][:limit]
    names = told([trend.name for trend, _ in shown])
    known = [(trend, posts) for trend, posts in shown if trend.name in names]
    results = [
        {
            "rank": rank,
            kind.value: names[trend.name],
            "score": trend.score,
            "evidence": {**trend.evidence, "examples": posts[:_EXAMPLES_SHOWN]},
        }
        for rank, (trend, posts) in enumerate(known, start=1)
    ]
    return _answered(results, trends)


def _answered(results: list[dict[str, Any]], trends: Sequence[Trend]) -> Response:
    first = trends[0] if trends else None
    insights = {
        "source": "trends",
        "computed_at": first.computed_at if first else None,
        "since": first.evidence["since"] if first else None,
        "until": first.evidence["until"] if first else None,
    }
    return answer({"results": results, "next": None}, "Trends", ml_insights=insights)
