"""/api/recommendations"""

from typing import Any

import orjson
from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from posts.selectors.feed import slate_items
from posts.selectors.recommendations import accounts_recommended, hashtags_recommended, kind_of
from socialml.api.envelope import answer
from socialml.api.fields import Id, Limit, Query
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core.errors import Forbidden

TYPES = ["content", "posts", "reels", "users", "hashtags"]


class RecommendationQuery(Query):
    user_id = Id(required=False)
    type = serializers.ChoiceField(choices=TYPES, default="content")
    limit = Limit(default=settings.RECOMMENDATION_BATCH_SIZE)


class Recommended(serializers.Serializer):
    """A post card, an account or a hashtag, with its score and the reason."""

    id = serializers.IntegerField(required=False)
    name = serializers.CharField(required=False)
    username = serializers.CharField(required=False)
    score = serializers.FloatField(required=False)
    reason = serializers.CharField(required=False)


class RecommendationList(serializers.Serializer):
    type = serializers.ChoiceField(choices=TYPES)
    results = Recommended(many=True)


class Recommendations(SignedInView):
    """/api/recommendations"""

    @documented(
        "What the caller may like", query=RecommendationQuery, data=RecommendationList, errors=[403]
    )
    def get(self, request: Request) -> Response:
        return self._answer(RecommendationQuery.read(request.query_params))

    @documented(
        "The same, asked by a body",
        request=RecommendationQuery,
        data=RecommendationList,
        errors=[403],
    )
    def post(self, request: Request) -> Response:
        query = RecommendationQuery(data=request.data)
        query.is_valid(raise_exception=True)
        return self._answer(query.validated_data)

    def _answer(self, query: dict[str, Any]) -> Response:
        viewer_id, wanted = self.me.pk, query["type"]
        if query.get("user_id", viewer_id) != viewer_id:
            raise Forbidden("Recommendations are for the account that asks.")
        results, insights = _recommended(viewer_id, wanted, query["limit"])
        return answer({"type": wanted, "results": results}, "Recommendations", ml_insights=insights)


def _recommended(viewer_id: int, wanted: str, limit: int) -> tuple[list[Any], dict[str, Any]]:
    if wanted == "users":
        found = accounts_recommended(viewer_id=viewer_id, limit=limit)
        return found, {"source": "graph", "model_version": None}
    if wanted == "hashtags":
        found = hashtags_recommended(viewer_id=viewer_id, limit=limit)
        return found, {"source": "trending", "model_version": None}
    surface = "reels" if wanted == "reels" else "feed"
    page = slate_items(viewer_id=viewer_id, surface=surface, kind=kind_of(wanted), limit=limit)
    return orjson.loads(page.results), page.insights
