"""What people publish, what others do with it, and what moderators decide."""

from posts.models.comment import Comment, CommentQuerySet
from posts.models.marks import Like, Save, Share
from posts.models.moderation import Decision, Report
from posts.models.post import Post, PostHashtag, PostQuerySet

__all__ = [
    "Comment",
    "CommentQuerySet",
    "Decision",
    "Like",
    "Post",
    "PostHashtag",
    "PostQuerySet",
    "Report",
    "Save",
    "Share",
]
