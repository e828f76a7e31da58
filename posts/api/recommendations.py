"""/api/recommendations"""

from typing import Any

import orjson
from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from posts.api.feed import FeedItem
from posts.selectors.feed import slate_items
from posts.selectors.recommendations import accounts_recommended, hashtags_recommended, kind_of
from posts.selectors.session import session_page
from posts.selectors.similar import similar_page
from socialml.api.authentication import Caller
from socialml.api.envelope import answer
from socialml.api.fields import Id, Limit, Query
from socialml.api.schema import documented
from socialml.api.views import OpenView, SignedInView
from socialml.core.errors import Forbidden

MOST_ITEMS = 100
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
    source = serializers.CharField(
        required=False, help_text="graph, taste, popular or trending, of accounts and hashtags."
    )


class SessionItems(serializers.ListField):
    """Ids of posts, the newest last; at most MOST_ITEMS."""

    child = Id()

    def to_internal_value(self, data: Any) -> list[int]:
        if isinstance(data, list) and len(data) > MOST_ITEMS:
            # Refused before each is looked at.
            text = f"Give at most {MOST_ITEMS} items."
            raise serializers.ValidationError(text, code="too_many_items")
        items: list[int] = super().to_internal_value(data)
        return items


class SessionDraft(serializers.Serializer):
    items = SessionItems(help_text=f"Posts met in this session, newest last; 0 to {MOST_ITEMS}.")
    limit = Limit(default=settings.RECOMMENDATION_BATCH_SIZE)


class SimilarQuery(Query):
    limit = Limit(default=settings.RECOMMENDATION_BATCH_SIZE)


class OfferList(serializers.Serializer):
    results = FeedItem(many=True)


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


class SessionRecommendations(OpenView):
    """/api/recommendations/session"""

    @documented(
        "What goes with the posts of a session",
        request=SessionDraft,
        data=OfferList,
        signed_in=False,
        description=(
            "For callers with and without an account; no profile is read. Ids that are unknown or "
            "not for the caller to see are ignored. `ml_insights.source` is session, or trending "
            "or newest where nothing is known of the items; `known_items` says of how many "
            "something is."
        ),
    )
    def post(self, request: Request) -> Response:
        draft = SessionDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        user = request.user
        found, insights = session_page(
            post_ids=draft.validated_data["items"],
            viewer_id=user.pk if isinstance(user, Caller) else None,
            limit=draft.validated_data["limit"],
        )
        return answer({"results": found}, "Recommendations", ml_insights=insights)


class PostSimilar(SignedInView):
    """/api/post/{post_id}/similar"""

    @documented(
        "Posts like this one",
        query=SimilarQuery,
        data=OfferList,
        errors=[404],
        description=(
            "`ml_insights.source` is similar, or hashtags or category where no model knows the "
            "post, or none where there is nothing like it."
        ),
    )
    def get(self, request: Request, post_id: int) -> Response:
        query = SimilarQuery.read(request.query_params)
        found, insights = similar_page(post_id=post_id, viewer_id=self.me.pk, limit=query["limit"])
        return answer({"results": found}, "Similar posts", ml_insights=insights)


def _recommended(viewer_id: int, wanted: str, limit: int) -> tuple[list[Any], dict[str, Any]]:
    if wanted == "users":
        found = accounts_recommended(viewer_id=viewer_id, limit=limit)
        return found, _led_by(found)
    if wanted == "hashtags":
        found = hashtags_recommended(viewer_id=viewer_id, limit=limit)
        return found, _led_by(found)
    surface = "reels" if wanted == "reels" else "feed"
    page = slate_items(viewer_id=viewer_id, surface=surface, kind=kind_of(wanted), limit=limit)
    return orjson.loads(page.results), page.insights


def _led_by(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"source": found[0]["source"] if found else "none", "model_version": None}
