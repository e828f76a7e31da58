"""/api/trends: what stands out now, with the evidence."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.queries import TrendQuery
from analytics.api.shapes import CategoryTrend, HashtagTrend, LanguageTrend, PostTrend
from analytics.models import Trend
from analytics.selectors.trends import trends_of
from mlengine.post_forecasts import viral_posts
from posts.selectors import cards, shown_ids
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


def _named(kind: Trend.Kind, *, viewer_id: int, limit: int) -> Response:
    trends = trends_of(kind)
    examples = {post_id for trend in trends for post_id in trend.evidence["examples"]}
    visible = shown_ids(examples, viewer_id)
    results: list[dict[str, Any]] = []
    for trend in trends:
        posts = [post_id for post_id in trend.evidence["examples"] if post_id in visible]
        if posts and len(results) < limit:
            results.append(
                {
                    "rank": len(results) + 1,
                    kind.value: trend.name,
                    "score": trend.score,
                    "evidence": {**trend.evidence, "examples": posts[:_EXAMPLES_SHOWN]},
                }
            )
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
