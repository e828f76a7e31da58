"""Shapes on the wire. Serializers parse and describe; they never save and never query."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from rest_framework import serializers

from posts.shapes import Author, Category, Hashtags, PostCard, PostForecastShape
from reels.models import Reel
from reels.selectors.sounds import COUNTED_MOST
from reels.services import ANNOUNCED
from socialml.api.fields import LARGEST_ID, StrictInteger, Text


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


class ReelAdvice(serializers.Serializer):
    part = serializers.CharField(help_text="One of `parts`.")
    text = serializers.CharField(help_text="What would make it better.")
    score = serializers.FloatField(help_text="The whole score with this part perfect.")


class ReelQuality(serializers.Serializer):
    score = serializers.FloatField(min_value=0, max_value=1)
    parts = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=1),
        help_text="What the score is made of, as far as it could be measured.",
    )
    advice = ReelAdvice(many=True, help_text="What raises the score most comes first.")


class SoundShape(serializers.Serializer):
    id = serializers.IntegerField()
    author = Author(
        allow_null=True, help_text="Who began it, where the caller may see the reel that did."
    )
    origin_id = serializers.IntegerField(allow_null=True, help_text="That reel.")
    reels = serializers.IntegerField(
        help_text=f"Those that the caller may see; {COUNTED_MOST} stands for more."
    )


class ReelState(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(Reel.State.choices)
    percent = serializers.IntegerField(min_value=0, max_value=100)
    progress = serializers.FloatField(min_value=0, max_value=1, help_text="The same, of 1.")
    error = ReelError(allow_null=True)
    original = serializers.CharField(
        allow_null=True, help_text="Where its author may fetch the upload, if that is kept."
    )
    quality = ReelQuality(
        allow_null=True,
        help_text="How well the video is made, for its author alone; null until that was measured.",
    )
    forecast = PostForecastShape(
        allow_null=True,
        help_text="What it may expect, for its author alone; null until that was forecast.",
    )
    sound = SoundShape(allow_null=True, help_text="Null until it is out, and where none is heard.")
    uploaded_at = serializers.DateTimeField()
    processed_at = serializers.DateTimeField(allow_null=True)
    post = PostCard(allow_null=True)


class UploadDraft(serializers.Serializer):
    size_bytes = StrictInteger(min_value=1, max_value=LARGEST_ID)
    content_type = serializers.ChoiceField(list(ANNOUNCED))


class ReelWords(serializers.Serializer):
    content = Text(max_length=settings.MAX_POST_LENGTH, required=False, allow_blank=True)
    category = Category(required=False, allow_blank=True)
    hashtags = Hashtags(required=False)


class PartAddress(serializers.Serializer):
    number = serializers.IntegerField()
    url = serializers.CharField()


class UploadState(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(["receiving", "checking", "processing", "ready", "rejected"])
    percent = serializers.IntegerField(
        min_value=0, max_value=100, help_text="Of the bytes received; of the reel once it is one."
    )
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    part_size_bytes = serializers.IntegerField(help_text="Of every part but the last.")
    part_count = serializers.IntegerField()
    parts = serializers.ListField(
        child=serializers.IntegerField(), help_text="The parts that are there, from 1."
    )
    part_urls = PartAddress(
        many=True,
        allow_null=True,
        help_text="Where each missing part goes, without a token; null where it comes here.",
    )
    reel_id = serializers.IntegerField(allow_null=True)
    error = ReelError(allow_null=True)
    started_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
