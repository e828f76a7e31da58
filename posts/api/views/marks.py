"""Liking, saving, sharing, and asking for less like it."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from posts import services
from posts.api.serializers import DismissalState, LikeState, SaveState, ShareState
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView


class PostLike(SignedInView):
    """/api/post/{post_id}/like"""

    @documented("Like a post", data=LikeState, status=(200, 201), errors=(404, 409))
    def put(self, request: Request, post_id: int) -> Response:
        marked = services.like_add(post_id=post_id, user_id=self.me.pk, at=timezone.now())
        data = {"post_id": post_id, "liked": True, "like_count": marked.count}
        message = "Post liked" if marked.changed else "You liked this post before"
        return answer(data, message, status=201 if marked.changed else 200)

    @documented("Take back a like", data=LikeState, errors=(404, 409))
    def delete(self, request: Request, post_id: int) -> Response:
        marked = services.like_remove(post_id=post_id, user_id=self.me.pk, at=timezone.now())
        data = {"post_id": post_id, "liked": False, "like_count": marked.count}
        return answer(data, "Like taken back" if marked.changed else "You did not like this post")


class PostSave(SignedInView):
    """/api/post/{post_id}/save"""

    @documented("Save a post", data=SaveState, status=(200, 201), errors=(404, 409))
    def put(self, request: Request, post_id: int) -> Response:
        marked = services.save_add(post_id=post_id, user_id=self.me.pk, at=timezone.now())
        message = "Post saved" if marked.changed else "You saved this post before"
        status = 201 if marked.changed else 200
        return answer({"post_id": post_id, "saved": True}, message, status=status)

    @documented("Take a post from your saved list", data=SaveState, errors=(404, 409))
    def delete(self, request: Request, post_id: int) -> Response:
        marked = services.save_remove(post_id=post_id, user_id=self.me.pk, at=timezone.now())
        message = "Post no longer saved" if marked.changed else "You had not saved this post"
        return answer({"post_id": post_id, "saved": False}, message)


class PostLess(SignedInView):
    """/api/post/{post_id}/less"""

    @documented(
        "Ask for less like a post",
        data=DismissalState,
        status=(200, 201),
        errors=(404, 409),
        description="It leaves the caller's feeds at once, and what is like it moves down.",
    )
    def put(self, request: Request, post_id: int) -> Response:
        is_new = services.dismissal_add(post_id=post_id, user_id=self.me.pk, at=timezone.now())
        message = "You will see less like this" if is_new else "You asked for this before"
        data = {"post_id": post_id, "dismissed": True}
        return answer(data, message, status=201 if is_new else 200)

    @documented("Take that back", data=DismissalState, errors=(404, 409))
    def delete(self, request: Request, post_id: int) -> Response:
        was = services.dismissal_remove(post_id=post_id, user_id=self.me.pk, at=timezone.now())
        message = "Taken back" if was else "You had not asked for less like this"
        return answer({"post_id": post_id, "dismissed": False}, message)


class PostShare(SignedInView):
    """/api/post/{post_id}/share"""

    rate_scopes = {"POST": "write"}

    @documented("Share a post", data=ShareState, status=201, errors=(404, 409))
    def post(self, request: Request, post_id: int) -> Response:
        share = services.share_add(post_id=post_id, user_id=self.me.pk, at=timezone.now())
        data = {"id": share.pk, "post_id": post_id, "shared_at": share.shared_at}
        return answer(data, "Post shared", status=201)
