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
    sound_id = serializers.IntegerField(required=False, help_text="What a reel sounds like.")
    like_count = serializers.IntegerField()
    comment_count = serializers.IntegerField()
    save_count = serializers.IntegerField()
    share_count = serializers.IntegerField()
    view_count = serializers.IntegerField()
    liked = serializers.BooleanField()
    saved = serializers.BooleanField()
    following = serializers.BooleanField()


class Interval(serializers.Serializer):
    """Where nine in ten end up, and what is expected between."""

    low = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()


class Viral(serializers.Serializer):
    probability = serializers.FloatField(
        min_value=0, max_value=1, allow_null=True, help_text="Null where there are no posts yet."
    )
    from_views = serializers.FloatField(
        allow_null=True, help_text="Views from which a post is viral here."
    )
    definition = serializers.CharField()
    model = serializers.CharField()


class ForecastDriver(serializers.Serializer):
    feature = serializers.CharField()
    effect = serializers.FloatField(
        help_text="What 1 + views is multiplied by, against the mean post of this age."
    )
    text = serializers.CharField()


class ForecastOutcome(serializers.Serializer):
    views = serializers.IntegerField()
    is_viral = serializers.BooleanField()


class PostForecastShape(serializers.Serializer):
    """What a post may expect of its first seven days, made anew as it ages."""

    age_hours = serializers.IntegerField(help_text="The post's age when this was forecast.")
    views = serializers.IntegerField(help_text="Of others, at that age.")
    expected_views = Interval()
    viral = Viral()
    drivers = ForecastDriver(many=True)
    computed_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="When its seven days are over.")
    outcome = ForecastOutcome(allow_null=True, help_text="Null until they are.")
