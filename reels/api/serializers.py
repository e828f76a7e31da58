"""Shapes on the wire. Serializers parse and describe; they never save and never query."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from rest_framework import serializers

from posts.shapes import Category, Hashtags, PostCard
from reels.models import Reel
from socialml.api.fields import Text


class Tags(Hashtags):
    """Hashtags in a form: the field repeated, or one field with commas between them."""

    def get_value(self, dictionary: Any) -> Any:
        if not isinstance(dictionary, QueryDict) or self.field_name not in dictionary:
            return serializers.empty
        given = dictionary.getlist(self.field_name)
        return [tag.strip() for text in given for tag in str(text).split(",") if tag.strip()]


class ReelDraft(serializers.Serializer):
    video = serializers.FileField(
        help_text=f"MP4, MOV, WebM, MKV or AVI; at most {settings.MAX_VIDEO_DURATION_SECONDS} s"
        f" and {settings.MAX_VIDEO_SIZE_BYTES} bytes."
    )
    content = Text(max_length=settings.MAX_POST_LENGTH, required=False, allow_blank=True)
    category = Category(required=False, allow_blank=True)
    hashtags = Tags(required=False)


class ReelError(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()


class ReelState(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(Reel.State.choices)
    progress = serializers.FloatField(min_value=0, max_value=1)
    error = ReelError(allow_null=True)
    uploaded_at = serializers.DateTimeField()
    processed_at = serializers.DateTimeField(allow_null=True)
    post = PostCard(allow_null=True)
