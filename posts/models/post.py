"""The one noun that posts and reels share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from profiles.models import Block, Follow, Mute


class PostQuerySet(models.QuerySet["Post"]):
    def published(self) -> PostQuerySet:
        """Keep the posts that are out: visible, and their author's account active."""
        return self.filter(moderation=Post.Moderation.VISIBLE, author__is_active=True)

    def visible_to(self, viewer_id: int | None) -> PostQuerySet:
        """Keep the posts that the viewer may see; None is somebody signed out.

        One's own posts always, held ones included. Others' posts when they are out, not of a
        private account one does not follow, and not of an account that blocks or is blocked.
        """
        if viewer_id is None:
            return self.published().filter(author__is_private=False)
        blocks = Block.objects.filter(
            Q(blocker_id=viewer_id, blocked_id=OuterRef("author_id"))
            | Q(blocked_id=viewer_id, blocker_id=OuterRef("author_id"))
        )
        out = Q(moderation=Post.Moderation.VISIBLE, author__is_active=True)
        open_to_viewer = Q(author__is_private=False) | Q(_followed_by(viewer_id))
        mine = Q(author_id=viewer_id) & ~Q(moderation=Post.Moderation.PROCESSING)
        return self.filter(mine | (out & open_to_viewer & ~Q(Exists(blocks))))

    def reaching(self, viewer_id: int | None) -> PostQuerySet:
        """Leave out posts of reduced reach, but those of authors whom the viewer follows."""
        if viewer_id is None:
            return self.filter(is_reduced=False)
        return self.filter(Q(is_reduced=False) | Q(_followed_by(viewer_id)))

    def offered_to(self, viewer_id: int | None) -> PostQuerySet:
        """Keep what may be put before the viewer unasked: others' posts that are out.

        Not of accounts they mute, nor what they asked to see less of, nor what reaches followers
        alone. To somebody signed out, what everybody may see.
        """
        offered = self.published().visible_to(viewer_id).reaching(viewer_id)
        if viewer_id is None:
            return offered
        muted = Mute.objects.filter(muter_id=viewer_id, muted_id=OuterRef("author_id"))
        return offered.filter(~Exists(muted)).exclude(
            Q(author_id=viewer_id) | Q(dismissals__user_id=viewer_id)
        )

    def wanted_by(
        self, *, hashtags: Sequence[str], categories: Sequence[str], languages: Sequence[str]
    ) -> PostQuerySet:
        """Keep posts without these hashtags and categories, in one of these languages if any.

        A text too short to tell its language is for all.
        """
        posts = self.exclude(category__in=categories) if categories else self
        if hashtags:
            muted = PostHashtag.objects.filter(post=OuterRef("pk"), name__in=hashtags)
            posts = posts.filter(~Exists(muted))
        return posts.filter(language__in=[*languages, "", "und"]) if languages else posts

    def published_before(self, at: datetime, post_id: int) -> PostQuerySet:
        """Keep what comes after the post published `at` in the order of `newest_first`."""
        return self.filter(Q(published_at__lt=at) | Q(published_at=at, id__lt=post_id))

    def newest_first(self) -> PostQuerySet:
        """Order by publication, ties broken by id so that pages never overlap."""
        return self.order_by("-published_at", "-id")


class Post(models.Model):
    """Something an account published, whatever its form.

    A reel is a post with a video beside it. Likes, comments, hashtags and moderation attach
    here, so they are written once, and models rank posts and reels in one id space.
    """

    class Kind(models.TextChoices):
        POST = "post"
        REEL = "reel"

    class Moderation(models.TextChoices):
        # A reel whose video is not ready; nobody sees it, its author asks at /api/reels/{id}.
        PROCESSING = "processing"
        VISIBLE = "visible"
        # Waits for a moderator; its author alone sees it.
        HELD = "held"
        # A moderator took it down; its author alone sees it.
        HIDDEN = "hidden"

    kind = models.CharField(max_length=4, choices=Kind, default=Kind.POST)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts"
    )
    content = models.TextField(max_length=2200, blank=True)
    category = models.CharField(max_length=40, blank=True)
    # The hashtags of the content and those given beside it, folded; PostHashtag repeats them.
    hashtags = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    # What inference said when it was written: {"sentiment": …, "toxicity": …, "quality": …}.
    insights = models.JSONField(default=dict)
    # Repeats insights' sentiment label, to filter by.
    sentiment = models.CharField(max_length=8, blank=True)
    moderation = models.CharField(max_length=10, choices=Moderation, default=Moderation.VISIBLE)
    moderation_reason = models.CharField(max_length=200, blank=True)
    # Its author and their followers meet it as ever; nobody else is offered it unasked.
    is_reduced = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    # A name given by an importer, so that importing twice makes no second post.
    external_id = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001

    # What clients need to show a reel's video; reels.services is its only writer.
    media = models.JSONField(default=dict)
    # The sound of a reel, a row of a table above; reels.services.sounds is its only writer.
    sound_id = models.BigIntegerField(null=True)
    # The post as JSON without its counters, written once by posts.services.fragments.
    fragment = models.TextField(blank=True)

    # Counters; each has one writer: likes, comments, saves, shares, views in posts.services.
    like_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    save_count = models.PositiveIntegerField(default=0)
    share_count = models.PositiveIntegerField(default=0)
    view_count = models.PositiveIntegerField(default=0)

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            # Serves the newest-first lists. Whole, because a viewer's own held posts are in theirs.
            models.Index(fields=["-published_at", "-id"], name="post_newest"),
            models.Index(fields=["author", "-published_at", "-id"], name="post_author_newest"),
            # Serves the counts of how posts sound by day, out of the index alone.
            models.Index(fields=["published_at", "sentiment"], name="post_sentiment_time"),
            models.Index(fields=["category", "-published_at"], name="post_category_newest"),
            # Serves the reels of a sound.
            models.Index(
                fields=["sound_id", "-id"],
                condition=Q(sound_id__isnull=False),
                name="post_of_sound",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


def _followed_by(viewer_id: int) -> Exists:
    follows = Follow.objects.accepted().filter(
        follower_id=viewer_id, followed_id=OuterRef("author_id")
    )
    return Exists(follows)


class PostHashtag(models.Model):
    """One hashtag of one post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "name"], name="post_hashtag_once"),
        ]
        indexes = [models.Index(fields=["name", "-post"], name="post_hashtag_newest")]

    def __str__(self) -> str:
        return f"#{self.name}"
