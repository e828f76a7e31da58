"""Sounds: one class per URL, one method per verb."""

from rest_framework.request import Request
from rest_framework.response import Response

from posts.api.paging import page_answer, place_read
from posts.shapes import PostCard
from reels.api.serializers import SoundShape
from reels.selectors import sound_for, sound_reels_page
from socialml.api.envelope import answer
from socialml.api.fields import PageQuery
from socialml.api.schema import documented
from socialml.api.views import SignedInView


class SoundDetail(SignedInView):
    """/api/sounds/{sound_id}"""

    @documented(
        "Read a sound",
        data=SoundShape,
        errors=(404,),
        description="One of which the caller may see no reel is not there for them.",
    )
    def get(self, request: Request, sound_id: int) -> Response:
        return answer(sound_for(sound_id=sound_id, viewer_id=self.me.pk), "Sound")


class SoundReels(SignedInView):
    """/api/sounds/{sound_id}/reels"""

    @documented(
        "The reels of a sound, newest first", query=PageQuery, page_of=PostCard, errors=(404,)
    )
    def get(self, request: Request, sound_id: int) -> Response:
        query = PageQuery.read(request.query_params)
        scope = f"sound:{self.me.pk}:{sound_id}"
        place = place_read(query, scope=scope)
        page = sound_reels_page(
            sound_id=sound_id,
            viewer_id=self.me.pk,
            after=place and place[0],
            limit=query["limit"],
        )
        return page_answer(page, "Reels", scope=scope)
