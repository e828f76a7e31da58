"""One class per URL, one method per verb."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from posts.api.feed import FeedItem, FeedQuery, RankedFeed
from reels import services
from reels.api.serializers import ReelDraft, ReelState
from reels.models import Reel
from reels.selectors.reels import reel_for, state_of
from socialml.api.envelope import answer
from socialml.api.parsers import PayloadTooLarge, StrictMultiPart
from socialml.api.schema import documented
from socialml.api.views import SignedInView

# What a form holds beside its video.
_FORM_BYTES = 1024 * 1024


def taken_in(reel: Reel) -> Response:
    """Return the answer to whoever sent the video of `reel`."""
    state = {**state_of(reel), "original": None, "quality": None, "forecast": None}
    return answer(
        {**state, "sound": None, "post": None}, "The video is being processed.", status=202
    )


class ReelList(RankedFeed):
    """/api/reels"""

    surface = "reels"
    route = "reels"
    parser_classes = [StrictMultiPart]
    rate_scopes = {"POST": "upload"}
    is_slow = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        most = settings.MAX_VIDEO_SIZE_BYTES + _FORM_BYTES
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            raise PayloadTooLarge(f"A video has at most {settings.MAX_VIDEO_SIZE_BYTES} bytes.")

    @documented(
        "The caller's reels feed",
        query=FeedQuery,
        page_of=FeedItem,
        description="As /api/feed, of reels alone.",
    )
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)

    @documented(
        "Upload a reel",
        request={"multipart/form-data": ReelDraft},
        data=ReelState,
        status=202,
        errors=(403, 409),
        description="The video is processed by the worker: ask /api/reels/{id} until it is ready.",
    )
    def post(self, request: Request) -> HttpResponse:
        draft = ReelDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        container = services.video_check(draft.validated_data["video"])
        return self.answered(request, lambda: self._create(draft.validated_data, container))

    def _create(self, draft: dict[str, Any], container: services.Container) -> Response:
        words = {name: value for name, value in draft.items() if name != "video"}
        reel = services.reel_create(
            author_id=self.me.pk,
            file=draft["video"],
            container=container,
            at=timezone.now(),
            **words,
        )
        return taken_in(reel)


class ReelDetail(SignedInView):
    """/api/reels/{post_id}"""

    rate_scopes = {"DELETE": "write"}

    @documented("Read a reel, or how far its video is", data=ReelState, errors=(404,))
    def get(self, request: Request, post_id: int) -> Response:
        return answer(reel_for(post_id=post_id, viewer_id=self.me.pk))

    @documented("Delete a reel with its video", status=204, errors=(403, 404))
    def delete(self, request: Request, post_id: int) -> Response:
        services.reel_delete(post_id=post_id, author_id=self.me.pk, at=timezone.now())
        return Response(status=204)
