"""Shapes on the wire. Serializers parse and describe; they never save and never query."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from posts.categories import CATEGORIES
from posts.models import Post
from posts.shapes import Interval, Viral
from socialml.api.fields import Moment, Text

MOST_TEXTS = 50


class TextsToRead(serializers.Serializer):
    """One text, or up to fifty."""

    text = Text(max_length=settings.MAX_POST_LENGTH, required=False)
    texts = serializers.ListField(
        child=Text(max_length=settings.MAX_POST_LENGTH), required=False, min_length=1
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        texts = data.get("texts") if isinstance(data, dict) else None
        if isinstance(texts, list) and len(texts) > MOST_TEXTS:
            # Refused before any of them is looked at.
            raise serializers.ValidationError(
                {"texts": [f"At most {MOST_TEXTS} texts at once."]}, code="too_many_texts"
            )
        found: dict[str, Any] = super().to_internal_value(data)
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("text" in attrs) == ("texts" in attrs):
            raise serializers.ValidationError(
                {"text": ["Give either text or texts."]}, code="text_or_texts"
            )
        return attrs


class Labelled(serializers.Serializer):
    label = serializers.CharField()
    score = serializers.FloatField()
    probabilities = serializers.DictField(child=serializers.FloatField())


class Suspected(serializers.Serializer):
    score = serializers.FloatField()
    label = serializers.CharField()
    kinds = serializers.DictField(
        child=serializers.FloatField(),
        required=False,
        help_text="Of toxicity. `identity` is the score of `hate` under another name: what the "
        "models learned from labels nothing as the one and not as the other.",
    )


class Spoken(serializers.Serializer):
    code = serializers.CharField()
    confidence = serializers.FloatField()
    reliable = serializers.BooleanField()


class Worth(serializers.Serializer):
    score = serializers.FloatField()
    parts = serializers.DictField(child=serializers.FloatField())


class TextReading(serializers.Serializer):
    """What one text says, and how. `score` is a probability in [0, 1]."""

    language = Spoken()
    sentiment = Labelled()
    emotion = Labelled()
    toxicity = Suspected()
    spam = Suspected()
    quality = Worth()
    model = serializers.CharField()


class TextReadings(serializers.Serializer):
    results = TextReading(many=True)


class DraftToForecast(serializers.Serializer):
    """A post as it would be published."""

    content = Text(max_length=settings.MAX_POST_LENGTH)
    category = serializers.CharField(max_length=40, required=False, allow_blank=True)
    hashtags = serializers.ListField(child=Text(max_length=70), required=False)
    kind = serializers.ChoiceField(choices=Post.Kind.choices, required=False)
    # Now, where it is left out.
    publish_at = Moment(required=False)

    def validate_category(self, name: str) -> str:
        if name and name.lower() not in CATEGORIES:
            raise serializers.ValidationError(
                "No such category: see /api/post/categories.", code="unknown_category"
            )
        return name.lower()

    def validate_hashtags(self, names: list[str]) -> list[str]:
        most = settings.MAX_HASHTAGS_PER_POST
        if len(names) > most:
            raise serializers.ValidationError(
                f"A post has at most {most} hashtags.", code="too_many_hashtags"
            )
        return names


class Expected(serializers.Serializer):
    views = Interval()
    likes = Interval()
    comments = Interval()
    shares = Interval()


class ViralScore(serializers.Serializer):
    score = serializers.FloatField()
    definition = serializers.CharField()


class Suggestion(serializers.Serializer):
    change = serializers.CharField()
    value = serializers.JSONField()
    lift = serializers.FloatField()
    expected_likes = serializers.FloatField()
    message = serializers.CharField()


class DraftDriver(serializers.Serializer):
    """One thing in the draft that moves the expected likes."""

    feature = serializers.CharField()
    value = serializers.JSONField(
        allow_null=True, help_text="As the draft has it; of an author the likes a post usually got."
    )
    effect = serializers.FloatField(
        help_text="What 1 + likes is multiplied by, against this one thing as it is usual here."
    )
    text = serializers.CharField()


class BestHour(serializers.Serializer):
    """The UTC hour in which the audience is there most, and the mean share of their acts in it."""

    hour = serializers.IntegerField()
    share = serializers.FloatField()
    accounts = serializers.IntegerField(help_text="Of the audience, at most 100.")


class EngagementForecast(serializers.Serializer):
    """What the draft may expect of its first `horizon_days`."""

    horizon_days = serializers.IntegerField()
    expected = Expected()
    after_a_day = Expected(
        allow_null=True,
        help_text="Of the first 24 hours. Null without a trained model, or with one that was "
        "trained before it learned this.",
    )
    viral_score = ViralScore()
    viral = Viral()
    drivers = DraftDriver(
        many=True, help_text="At most five, the strongest first; none without a trained model."
    )
    suggestions = Suggestion(many=True)
    best_hour = BestHour(
        allow_null=True,
        help_text="Of those who saw or engaged with the author's posts in four weeks, ten or more.",
    )
    model = serializers.CharField()
