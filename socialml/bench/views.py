"""What the hot paths are measured against: a view that does nothing, and the usual one."""

from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from posts.models import Like, Post, Save
from profiles.models import User
from socialml.api.views import SignedInView

_BODY = b"x" * 8192


class Author(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "display_name"]


class Card(serializers.ModelSerializer):
    """The same card as the feed's, made the usual way."""

    author = Author()
    liked = serializers.BooleanField()
    saved = serializers.BooleanField()

    class Meta:
        model = Post
        fields = [
            "id",
            "kind",
            "author",
            "content",
            "category",
            "hashtags",
            "language",
            "sentiment",
            "published_at",
            "edited_at",
            "media",
            "like_count",
            "comment_count",
            "save_count",
            "share_count",
            "view_count",
            "liked",
            "saved",
        ]


def bare(request: HttpRequest) -> HttpResponse:
    """Answer a constant: the least that Django does for a request."""
    return HttpResponse(_BODY, content_type="application/json")


class ObjectFeed(SignedInView):
    """The newest twenty posts with prefetched authors, through a ModelSerializer."""

    def get(self, request: Request) -> Response:
        viewer_id = self.me.pk
        posts = list(
            Post.objects.visible_to(viewer_id).select_related("author").newest_first()[:20]
        )
        ids = [post.pk for post in posts]
        liked = set(
            Like.objects.filter(user_id=viewer_id, post_id__in=ids).values_list(
                "post_id", flat=True
            )
        )
        saved = set(
            Save.objects.filter(user_id=viewer_id, post_id__in=ids).values_list(
                "post_id", flat=True
            )
        )
        for post in posts:
            post.liked, post.saved = post.pk in liked, post.pk in saved
        return Response({"results": Card(posts, many=True).data})
