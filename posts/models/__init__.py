"""What people publish, what others do with it, and what moderators decide."""

from posts.models.appeals import Appeal
from posts.models.cases import Case, CaseEntry
from posts.models.comment import Comment, CommentQuerySet
from posts.models.decisions import Decision, Strike
from posts.models.marks import Dismissal, Like, Save, Share
from posts.models.policy import PolicyVersion, Rule
from posts.models.post import Post, PostHashtag, PostQuerySet
from posts.models.reports import Report
from posts.models.search import SearchText

__all__ = [
    "Appeal",
    "Case",
    "CaseEntry",
    "Comment",
    "CommentQuerySet",
    "Decision",
    "Dismissal",
    "Like",
    "PolicyVersion",
    "Post",
    "PostHashtag",
    "PostQuerySet",
    "Report",
    "Rule",
    "Save",
    "SearchText",
    "Share",
    "Strike",
]
