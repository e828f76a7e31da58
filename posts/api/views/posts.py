"""Posts: publishing, reading, changing, deleting."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from posts import selectors, services
from posts.api.paging import page_answer, place_read
from posts.api.serializers import (
    Categories,
    PostCard,
    PostChange,
    PostDetailCard,
    PostDraft,
    PostsQuery,
)
from posts.categories import CATEGORIES
from posts.models import Post
from socialml.api.envelope import answer
from socialml.api.fields import PageQuery
from socialml.api.schema import documented
from socialml.api.views import OpenView, SignedInView
from socialml.core.errors import Forbidden

# What is said of a post that its author alone sees.
_UNSEEN = {
    Post.Moderation.HELD: (
        "it is held for review, and only you see it until a moderator lets it out"
    ),
    Post.Moderation.HIDDEN: (
        "it breaks a rule, and only you see it: /api/moderation/decisions says why"
    ),
}


class PostList(SignedInView):
    """/api/post"""

    rate_scopes = {"POST": "write"}

    @documented("List and search posts", query=PostsQuery, page_of=PostCard)
    def get(self, request: Request) -> Response:
        query = PostsQuery.read(request.query_params)
        scope = f"posts:{self.me.pk}:{_filters(query)}"
        after = place_read(query, scope=scope)
        page = selectors.posts_page(
            viewer_id=self.me.pk,
            narrow=_narrow(query),
            ordering=query["ordering"],
            after=after,
            limit=query["limit"],
        )
        return page_answer(page, "Posts", scope=scope)

    @documented(
        "Publish a post", request=PostDraft, data=PostDetailCard, status=201, errors=(403, 409)
    )
    def post(self, request: Request) -> Response:
        draft = PostDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        given = dict(draft.validated_data)
        if given.pop("user_id", self.me.pk) != self.me.pk:
            raise Forbidden("Post as yourself: user_id must be your own, or left out.")
        post = services.post_create(author_id=self.me.pk, at=timezone.now(), **given)
        return _own_answer(post.pk, self.me.pk, "Post created", status=201)


class PostDetail(SignedInView):
    """/api/post/{post_id}"""

    rate_scopes = {"PATCH": "write"}

    @documented("Read a post", data=PostDetailCard, errors=(404,))
    def get(self, request: Request, post_id: int) -> Response:
        return _own_answer(post_id, self.me.pk, "Post")

    @documented("Change a post", request=PostChange, data=PostDetailCard, errors=(403, 404))
    def patch(self, request: Request, post_id: int) -> Response:
        change = PostChange(data=request.data)
        change.is_valid(raise_exception=True)
        services.post_update(
            post_id=post_id, author_id=self.me.pk, at=timezone.now(), **change.validated_data
        )
        return _own_answer(post_id, self.me.pk, "Post changed")

    @documented("Delete a post", status=204, errors=(403, 404))
    def delete(self, request: Request, post_id: int) -> Response:
        services.post_delete(post_id=post_id, author_id=self.me.pk, at=timezone.now())
        return Response(status=204)


class SavedPosts(SignedInView):
    """/api/post/saved"""

    @documented("List the posts you saved", query=PageQuery, page_of=PostCard)
    def get(self, request: Request) -> Response:
        query = PageQuery.read(request.query_params)
        scope = f"saved:{self.me.pk}"
        place = place_read(query, scope=scope)
        page = selectors.saved_page(
            viewer_id=self.me.pk, after=place and place[0], limit=query["limit"]
        )
        return page_answer(page, "Saved posts", scope=scope)


class PostCategories(OpenView):
    """/api/post/categories"""

    @documented("List the categories of posts", data=Categories, signed_in=False)
    def get(self, request: Request) -> Response:
        return answer({"categories": list(CATEGORIES)}, "Categories")


def _own_answer(post_id: int, viewer_id: int, message: str, *, status: int = 200) -> Response:
    """Return the post as the viewer sees it, with its insights where it is theirs."""
    card = selectors.post_of(post_id=post_id, viewer_id=viewer_id)
    if card is None:
        raise services.PostNotFound(f"There is no post {post_id}.")
    insights = card.pop("insights", {})
    unseen = _UNSEEN.get(card.get("moderation", ""))
    if unseen:
        message = f"{message}: {unseen}"
    return answer(card, message, ml_insights=insights, status=status)


def _filters(query: dict[str, Any]) -> str:
    """Return the query without its page, spelled one way."""
    return repr(sorted((n, str(v)) for n, v in query.items() if n not in ("cursor", "limit")))


def _narrow(query: dict[str, Any]) -> selectors.PostFilter:
    return selectors.PostFilter(
        author_id=query.get("author"),
        kind=query.get("kind", ""),
        category=query.get("category", ""),
        hashtag=query.get("hashtag", ""),
        words=query.get("q", ()),
        sentiment=query.get("sentiment", ""),
        since=query.get("since"),
        until=query.get("until"),
    )
