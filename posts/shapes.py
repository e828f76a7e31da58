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
    media = serializers.DictField()
    like_count = serializers.IntegerField()
    comment_count = serializers.IntegerField()
    save_count = serializers.IntegerField()
    share_count = serializers.IntegerField()
    view_count = serializers.IntegerField()
    liked = serializers.BooleanField()
    saved = serializers.BooleanField()
    following = serializers.BooleanField()
