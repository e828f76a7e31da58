"""/api/profile/{id}/…: following, blocking, muting, and the lists of the graph."""

from collections.abc import Callable

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from profiles import selectors, services
from profiles.api import serializers as shapes
from profiles.models import Follow
from socialml.api.envelope import answer
from socialml.api.pagination import InvalidCursor, cursor_read, cursor_write
from socialml.api.schema import documented
from socialml.api.views import SignedInView

_WRITES = {"PUT": "write", "DELETE": "write"}


class FollowView(SignedInView):
    """/api/profile/{user_id}/follow"""

    rate_scopes = _WRITES

    @documented("Follow", data=shapes.FollowState, status=(200, 201), errors=[404])
    def put(self, request: Request, user_id: int) -> Response:
        is_new, state = services.follow_add(
            follower_id=self.me.pk, followed_id=user_id, at=timezone.now()
        )
        message = "Following" if state == Follow.State.ACCEPTED else "Asked to follow"
        data = {"user_id": user_id, "state": state}
        return answer(data, message, status=201 if is_new else 200)

    @documented("Stop following", status=204, errors=[404])
    def delete(self, request: Request, user_id: int) -> Response:
        services.follow_remove(follower_id=self.me.pk, followed_id=user_id, at=timezone.now())
        return Response(status=204)


class BlockView(SignedInView):
    """/api/profile/{user_id}/block"""

    rate_scopes = _WRITES

    @documented("Block", data=shapes.BlockState, status=(200, 201), errors=[404])
    def put(self, request: Request, user_id: int) -> Response:
        is_new = services.block_add(blocker_id=self.me.pk, blocked_id=user_id, at=timezone.now())
        data = {"user_id": user_id, "blocked": True}
        return answer(data, "Blocked", status=201 if is_new else 200)

    @documented("Take a block back", status=204, errors=[404])
    def delete(self, request: Request, user_id: int) -> Response:
        services.block_remove(blocker_id=self.me.pk, blocked_id=user_id, at=timezone.now())
        return Response(status=204)


class MuteView(SignedInView):
    """/api/profile/{user_id}/mute"""

    rate_scopes = _WRITES

    @documented("Mute", data=shapes.MuteState, status=(200, 201), errors=[404])
    def put(self, request: Request, user_id: int) -> Response:
        is_new = services.mute_add(muter_id=self.me.pk, muted_id=user_id, at=timezone.now())
        data = {"user_id": user_id, "muted": True}
        return answer(data, "Muted", status=201 if is_new else 200)

    @documented("Take a mute back", status=204, errors=[404])
    def delete(self, request: Request, user_id: int) -> Response:
        services.mute_remove(muter_id=self.me.pk, muted_id=user_id, at=timezone.now())
        return Response(status=204)


class FollowersView(SignedInView):
    """/api/profile/{user_id}/followers"""

    @documented(
        "Who follows the account",
        query=shapes.GraphPage,
        page_of=shapes.AccountLine,
        errors=[404],
        description="A private account shows this to its followers alone.",
    )
    def get(self, request: Request, user_id: int) -> Response:
        return _list(self, request, "followers", user_id, selectors.followers_page)


class FollowingView(SignedInView):
    """/api/profile/{user_id}/following"""

    @documented(
        "Whom the account follows",
        query=shapes.GraphPage,
        page_of=shapes.AccountLine,
        errors=[404],
        description="A private account shows this to its followers alone.",
    )
    def get(self, request: Request, user_id: int) -> Response:
        return _list(self, request, "following", user_id, selectors.following_page)


class RequestsView(SignedInView):
    """/api/profile/requests"""

    @documented("Who asks to follow me", query=shapes.GraphPage, page_of=shapes.AccountLine)
    def get(self, request: Request) -> Response:
        def page(*, user_id: int, viewer_id: int, before: int | None, limit: int) -> selectors.Page:
            return selectors.requests_page(user_id=user_id, before=before, limit=limit)

        return _list(self, request, "requests", self.me.pk, page)


class RequestView(SignedInView):
    """/api/profile/requests/{user_id}"""

    rate_scopes = _WRITES

    @documented("Let somebody follow me", data=shapes.FollowState, status=(200, 201), errors=[404])
    def put(self, request: Request, user_id: int) -> Response:
        is_new = services.follow_accept(user_id=self.me.pk, follower_id=user_id, at=timezone.now())
        data = {"user_id": user_id, "state": Follow.State.ACCEPTED}
        return answer(data, "Accepted", status=201 if is_new else 200)

    @documented("Refuse somebody who asks to follow me", status=204, errors=[404])
    def delete(self, request: Request, user_id: int) -> Response:
        services.follow_decline(user_id=self.me.pk, follower_id=user_id)
        return Response(status=204)


def _list(
    view: SignedInView,
    request: Request,
    name: str,
    user_id: int,
    page: Callable[..., selectors.Page],
) -> Response:
    query = shapes.GraphPage.read(request.query_params)
    viewer_id = view.me.pk
    if not selectors.lists_visible(user_id, viewer_id):
        raise selectors.AccountNotFound("There is no such account.")
    scope = f"{name}:{viewer_id}:{user_id}"
    before = None
    if query.get("cursor"):
        before = cursor_read(query["cursor"], scope=scope)
        if type(before) is not int:
            raise InvalidCursor("This cursor does not belong to this list.")
    accounts, after = page(
        user_id=user_id, viewer_id=viewer_id, before=before, limit=query["limit"]
    )
    cursor = None if after is None else cursor_write(after, scope=scope)
    return answer({"results": accounts, "next": cursor})
