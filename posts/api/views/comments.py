"""Comments and their replies."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from posts import selectors, services
from posts.api.paging import page_answer, place_read
from posts.api.serializers import CommentCard, CommentDraft, CommentsQuery
from posts.models import Comment
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView

_MESSAGES = {
    Comment.Moderation.VISIBLE: "Comment added",
    Comment.Moderation.HELD: "Comment held for review: only you see it",
    Comment.Moderation.HIDDEN: (
        "Comment breaks a rule, and only you see it: /api/moderation/decisions says why"
    ),
}


class PostComments(SignedInView):
    """/api/post/{post_id}/comments"""

    rate_scopes = {"POST": "write"}

    @documented(
        "List comments, or the replies to one",
        query=CommentsQuery,
        page_of=CommentCard,
        errors=(404,),
    )
    def get(self, request: Request, post_id: int) -> Response:
        query = CommentsQuery.read(request.query_params)
        parent_id = query.get("parent")
        scope = f"comments:{self.me.pk}:{post_id}:{parent_id}"
        place = place_read(query, scope=scope)
        page = selectors.comments_page(
            post_id=post_id,
            viewer_id=self.me.pk,
            parent_id=parent_id,
            after=place and place[0],
            limit=query["limit"],
        )
        if page is None:
            raise services.CommentNotFound("There is no such post or comment.")
        return page_answer(page, "Comments", scope=scope)

    @documented(
        "Comment on a post, or reply to a comment",
        request=CommentDraft,
        data=CommentCard,
        status=201,
        errors=(404, 409),
    )
    def post(self, request: Request, post_id: int) -> Response:
        draft = CommentDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        comment = services.comment_add(
            post_id=post_id,
            author_id=self.me.pk,
            content=draft.validated_data["content"],
            parent_id=draft.validated_data.get("parent"),
            at=timezone.now(),
        )
        card = selectors.comment_of(comment_id=comment.pk, post_id=post_id, viewer_id=self.me.pk)
        message = _MESSAGES[Comment.Moderation(comment.moderation)]
        return answer(card, message, ml_insights=comment.insights, status=201)


class PostComment(SignedInView):
    """/api/post/{post_id}/comments/{comment_id}"""

    @documented("Delete a comment", status=204, errors=(403, 404))
    def delete(self, request: Request, post_id: int, comment_id: int) -> Response:
        services.comment_delete(
            post_id=post_id, comment_id=comment_id, actor_id=self.me.pk, at=timezone.now()
        )
        return Response(status=204)
