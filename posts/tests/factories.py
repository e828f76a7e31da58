"""Valid rows from nothing, as the services would have left them."""

from datetime import UTC, datetime
from typing import Any

import factory
from django.db.models import F

from posts.models import Comment, Like, Post, PostHashtag, Save
from posts.services import fragment_write
from profiles.models import Block, Follow, User
from profiles.tests.factories import UserFactory

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class PostFactory(factory.django.DjangoModelFactory):
    """A visible post by a new account, with its fragment and hashtag rows, counted."""

    class Meta:
        model = Post

    author = factory.SubFactory(UserFactory)
    content = factory.Sequence(lambda number: f"A walk by the river, part {number}")
    language = "en"
    sentiment = "neutral"
    published_at = NOON

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, **kwargs: Any) -> Post:
        post = super()._create(model_class, *args, **kwargs)
        tags = [PostHashtag(post=post, name=name) for name in post.hashtags]
        PostHashtag.objects.bulk_create(tags)
        fragment_write([post.pk])
        if post.moderation == Post.Moderation.VISIBLE:
            User.objects.filter(pk=post.author_id).update(post_count=F("post_count") + 1)
        post.refresh_from_db(fields=["fragment"])
        return post


class CommentFactory(factory.django.DjangoModelFactory):
    """A visible comment on a new post; it does not count itself."""

    class Meta:
        model = Comment

    post = factory.SubFactory(PostFactory)
    author = factory.SubFactory(UserFactory)
    content = "Where is this?"
    commented_at = NOON


class LikeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Like

    post = factory.SubFactory(PostFactory)
    user = factory.SubFactory(UserFactory)
    liked_at = NOON


class SaveFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Save

    post = factory.SubFactory(PostFactory)
    user = factory.SubFactory(UserFactory)
    saved_at = NOON


class FollowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Follow

    follower = factory.SubFactory(UserFactory)
    followed = factory.SubFactory(UserFactory)
    followed_at = NOON


class BlockFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Block

    blocker = factory.SubFactory(UserFactory)
    blocked = factory.SubFactory(UserFactory)
    blocked_at = NOON


__all__ = [
    "NOON",
    "BlockFactory",
    "CommentFactory",
    "FollowFactory",
    "LikeFactory",
    "PostFactory",
    "SaveFactory",
    "UserFactory",
]
