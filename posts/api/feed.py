"""/api/feed and what says why. One class per URL."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from posts import selectors
from posts.api.serializers import PostCard
from posts.selectors.feed import FeedPage, newest_page, ranked_commands, ranked_page
from socialml.api.authentication import Caller
from socialml.api.envelope import answer, answer_bytes
from socialml.api.fields import PageQuery
from socialml.api.pagination import cursor_read, cursor_write
from socialml.api.schema import documented
from socialml.api.views import LeanView, SignedInView
from socialml.core.redis import Command


class FeedQuery(PageQuery):
    mode = serializers.ChoiceField(choices=["for_you", "following", "latest"], default="for_you")


class Reason(serializers.Serializer):
    reason = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
    score = serializers.FloatField()
    position = serializers.IntegerField()


class FeedItem(PostCard):
    why = Reason(required=False)


class SourceShare(serializers.Serializer):
    source = serializers.CharField()
    contribution = serializers.FloatField(help_text="Signed; all of them add up to the score.")
    words = serializers.CharField()


class Explanation(serializers.Serializer):
    reason = serializers.CharField()
    source = serializers.CharField()
    contributions = serializers.DictField(child=serializers.FloatField())
    explanation = SourceShare(many=True, help_text="The same, the strongest first, in words.")
    score = serializers.FloatField(allow_null=True)
    position = serializers.IntegerField(allow_null=True)
    slate_id = serializers.IntegerField(allow_null=True)
    model_version = serializers.CharField(allow_null=True)
    computed_at = serializers.CharField(allow_null=True)


class RankedFeed(LeanView):
    """What every ranked list over HTTP shares; a subclass names its surface and its route."""

    surface = "feed"
    route = "feed"

    def asked(self, request: HttpRequest, caller: Caller) -> Sequence[Command]:
        # What reads no profile does not so much as ask for its slate.
        if request.GET.get("mode", "for_you") != "for_you":
            return ()
        return ranked_commands(caller.pk, self.surface)

    def read(self, request: HttpRequest, caller: Caller, found: Sequence[Any]) -> bytes:
        query = FeedQuery.read(request.GET) if request.GET else _DEFAULTS
        mode, limit = query["mode"], query["limit"]
        scope = f"{self.route}:{caller.pk}:{mode}"
        place = cursor_read(query["cursor"], scope=scope) if "cursor" in query else None
        page = self._page(caller.pk, mode, limit, place, found)
        following = (
            None if page.place is None else cursor_write([page.source, page.place], scope=scope)
        )
        data = b"".join((b'{"results":', page.results, b',"next":', orjson.dumps(following), b"}"))
        return answer_bytes(data, "Feed", orjson.dumps(page.insights))

    def _page(
        self,
        viewer_id: int,
        mode: str,
        limit: int,
        place: Any,
        found: Sequence[Any],
    ) -> FeedPage:
        source, at = place or (None, None)
        if mode == "for_you" and source not in ("newest", "following"):
            return ranked_page(
                viewer_id=viewer_id,
                surface=self.surface,
                limit=limit,
                place=at,
                found=found,
            )
        return newest_page(
            viewer_id=viewer_id,
            surface=self.surface,
            limit=limit,
            place=at,
            is_following=mode == "following",
        )


class Feed(RankedFeed):
    """/api/feed"""

    @documented(
        "The caller's feed",
        query=FeedQuery,
        page_of=FeedItem,
        description=(
            "`for_you` is ranked ahead of the request and says why for each item; `following` and "
            "`latest` read no profile. `ml_insights.source` is personal, cohort, trending, newest "
            "or following."
        ),
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class PostWhy(SignedInView):
    """/api/post/{post_id}/why"""

    @documented("Why the caller is, or would be, shown this post", data=Explanation, errors=[404])
    def get(self, request: Request, post_id: int) -> Response:
        return answer(selectors.why_shown(viewer_id=self.me.pk, post_id=post_id), "Why")


_DEFAULTS: dict[str, Any] = {"mode": "for_you", "limit": 20}
