"""Shapes on the wire. Serializers parse and describe; they never save and never query."""

from django.conf import settings
from rest_framework import serializers

from posts.models import Comment, Post, Report
from posts.selectors import ORDERINGS
from posts.shapes import Author, Category, Hashtags, PostCard
from socialml.api.fields import Id, Moment, PageQuery, Text
from socialml.core.text import fold

LONGEST_SEARCH = 100
MOST_SEARCH_WORDS = 8


class PostDraft(serializers.Serializer):
    content = Text(max_length=settings.MAX_POST_LENGTH)
    category = Category(required=False, allow_blank=True)
    hashtags = Hashtags(required=False)
    # Who posts, for clients that say so; it must be the caller.
    user_id = Id(required=False)


class PostChange(serializers.Serializer):
    content = Text(max_length=settings.MAX_POST_LENGTH, required=False)
    category = Category(required=False, allow_blank=True)
    hashtags = Hashtags(required=False)


class PostsQuery(PageQuery):
    author = Id(required=False)
    kind = serializers.ChoiceField(Post.Kind.choices, required=False)
    category = Text(max_length=40, required=False)
    hashtag = Text(max_length=70, required=False)
    q = serializers.CharField(
        required=False, help_text=f"At most {LONGEST_SEARCH} characters, {MOST_SEARCH_WORDS} words."
    )
    sentiment = serializers.ChoiceField(["negative", "neutral", "positive"], required=False)
    since = Moment(required=False)
    until = Moment(required=False)
    ordering = serializers.CharField(default="newest", help_text=f"One of: {', '.join(ORDERINGS)}.")

    def validate_q(self, text: str) -> list[str]:
        words = text.split()
        if len(text) > LONGEST_SEARCH or len(words) > MOST_SEARCH_WORDS:
            raise serializers.ValidationError(
                f"Search for at most {MOST_SEARCH_WORDS} words in {LONGEST_SEARCH} characters.",
                code="search_too_long",
            )
        return words

    def validate_hashtag(self, name: str) -> str:
        return fold(name.removeprefix("#"))

    def validate_ordering(self, name: str) -> str:
        if name not in ORDERINGS:
            raise serializers.ValidationError(
                f"Order by one of: {', '.join(ORDERINGS)}.", code="invalid_ordering"
            )
        return name


class CommentsQuery(PageQuery):
    parent = Id(required=False)


class CommentDraft(serializers.Serializer):
    content = Text(max_length=settings.MAX_POST_LENGTH)
    parent = Id(required=False, allow_null=True)


class ReportDraft(serializers.Serializer):
    reason = serializers.ChoiceField(Report.Reason.choices)
    note = Text(max_length=1000, required=False, allow_blank=True)


class PostDetailCard(PostCard):
    """A card; its author also sees how it was judged."""

    moderation = serializers.ChoiceField(Post.Moderation.choices, required=False)
    moderation_reason = serializers.CharField(required=False, allow_blank=True)


class LikeState(serializers.Serializer):
    post_id = serializers.IntegerField()
    liked = serializers.BooleanField()
    like_count = serializers.IntegerField()


class SaveState(serializers.Serializer):
    post_id = serializers.IntegerField()
    saved = serializers.BooleanField()


class DismissalState(serializers.Serializer):
    post_id = serializers.IntegerField()
    dismissed = serializers.BooleanField()


class ShareState(serializers.Serializer):
    id = serializers.IntegerField()
    post_id = serializers.IntegerField()
    shared_at = serializers.DateTimeField()


class CommentCard(serializers.Serializer):
    id = serializers.IntegerField()
    post_id = serializers.IntegerField()
    parent_id = serializers.IntegerField(allow_null=True)
    depth = serializers.IntegerField()
    author = Author(allow_null=True)
    content = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    moderation = serializers.ChoiceField(Comment.Moderation.choices)
    commented_at = serializers.DateTimeField()
    is_deleted = serializers.BooleanField()
    reply_count = serializers.IntegerField()


class ReportReceipt(serializers.Serializer):
    id = serializers.IntegerField()
    reason = serializers.ChoiceField(Report.Reason.choices)
    state = serializers.ChoiceField(Report.State.choices)
    reported_at = serializers.DateTimeField()


class Categories(serializers.Serializer):
    categories = serializers.ListField(child=serializers.CharField())
