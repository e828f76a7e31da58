"""Comments and their replies."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from posts.models.post import Post
from profiles.models import Block


class CommentQuerySet(models.QuerySet["Comment"]):
    def counted(self) -> CommentQuerySet:
        """Keep the comments that counters count: visible, and not deleted."""
        return self.filter(moderation=Comment.Moderation.VISIBLE, deleted_at=None)

    def visible_to(self, viewer_id: int) -> CommentQuerySet:
        """Keep the comments that the viewer may read, deleted ones left out.

        One's own always, held ones included. Others' when they are visible, their author's
        account is active, and neither blocks the other. Whether the viewer may see the post is
        another question.
        """
        return self.filter(_readable_by(viewer_id))

    def shown_to(self, viewer_id: int) -> CommentQuerySet:
        """Keep what stands in the thread for the viewer: the visible, and empty places above."""
        replies = Comment.objects.filter(parent_id=OuterRef("pk"))
        is_place = Q(deleted_at__isnull=False) & Q(Exists(replies))
        return self.filter(_readable_by(viewer_id) | is_place)


class Comment(models.Model):
    """One account's words under a post, or under another comment of it.

    A deleted comment with replies stays as an empty place, so that its replies keep theirs.
    """

    class Moderation(models.TextChoices):
        VISIBLE = "visible"
        HELD = "held"
        HIDDEN = "hidden"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments"
    )
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    depth = models.PositiveSmallIntegerField(default=0)
    content = models.CharField(max_length=2200)
    language = models.CharField(max_length=8, blank=True)
    insights = models.JSONField(default=dict)
    moderation = models.CharField(max_length=8, choices=Moderation, default=Moderation.VISIBLE)
    moderation_reason = models.CharField(max_length=200, blank=True)
    commented_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    # Replies that are visible and not deleted; posts.services.comments is its only writer.
    reply_count = models.PositiveIntegerField(default=0)

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["post", "parent", "-id"], name="comment_thread")]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.post_id}"


def _readable_by(viewer_id: int) -> Q:
    blocks = Block.objects.filter(
        Q(blocker_id=viewer_id, blocked_id=OuterRef("author_id"))
        | Q(blocked_id=viewer_id, blocker_id=OuterRef("author_id"))
    )
    out = Q(moderation=Comment.Moderation.VISIBLE, author__is_active=True)
    return Q(deleted_at=None) & (Q(author_id=viewer_id) | (out & ~Q(Exists(blocks))))
