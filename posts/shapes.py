"""Shapes on the wire that several apps' endpoints share: a post's card, and what drafts hold."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from posts.categories import CATEGORIES
from posts.models import Post
from socialml.api.fields import Text


class Category(Text):
    """One of CATEGORIES in any case; "" where blank is allowed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data).lower()
        if name not in CATEGORIES:
            raise serializers.ValidationError(
                "No such category: see /api/post/categories.", code="unknown_category"
            )
        return name


class Hashtags(serializers.ListField):
    """Hashtags with or without their sign, at most MAX_HASHTAGS_PER_POST."""

    child = Text(max_length=70)

    def to_internal_value(self, data: Any) -> list[str]:
        most = settings.MAX_HASHTAGS_PER_POST
        if isinstance(data, list) and len(data) > most:
            # Refused before each is looked at.
            raise serializers.ValidationError(
                f"A post has at most {most} hashtags.", code="too_many_hashtags"
            )
        return super().to_internal_value(data)


class Author(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)


class MediaRendition(serializers.Serializer):
    name = serializers.CharField(help_text="Its short side: 720p.")
    video = serializers.CharField(help_text="An MP4.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bits_per_second = serializers.IntegerField()
    size_bytes = serializers.IntegerField()


class Media(serializers.Serializer):
    """What a reel's video is played from; an empty object of other posts."""

    video = serializers.CharField(required=False, help_text="The largest MP4.")
    thumbnail = serializers.CharField(required=False, help_text="The poster.")
    content_type = serializers.CharField(required=False)
    duration_ms = serializers.IntegerField(required=False)
    width = serializers.IntegerField(required=False)
    height = serializers.IntegerField(required=False)
    has_audio = serializers.BooleanField(required=False)
    hls = serializers.CharField(required=False, help_text="The playlist of all renditions.")
    renditions = MediaRendition(many=True, required=False)
    poster = serializers.CharField(required=False)
    thumbnails = serializers.ListField(child=serializers.CharField(), required=False)
    preview = serializers.CharField(required=False, help_text="A moving WebP.")
    blurhash = serializers.CharField(required=False)


class PostCard(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Post.Kind.choices)
    author = Author()
    content = serializers.CharField(allow_blank=True)
    category = serializers.CharField(allow_blank=True)
    hashtags = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField(allow_blank=True)
    sentiment = serializers.CharField(allow_blank=True)
    published_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    media = Media()
    like_count = serializers.IntegerField()
    comment_count = serializers.IntegerField()
    save_count = serializers.IntegerField()
    share_count = serializers.IntegerField()
    view_count = serializers.IntegerField()
    liked = serializers.BooleanField()
    saved = serializers.BooleanField()
    following = serializers.BooleanField()
