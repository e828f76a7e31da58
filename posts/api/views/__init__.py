"""One class per URL, one method per verb, one domain call per method."""

from posts.api.views.comments import PostComment, PostComments
from posts.api.views.marks import PostLike, PostSave, PostShare
from posts.api.views.moderation import AccountReport, CommentReport, Decisions, PostReport
from posts.api.views.posts import PostCategories, PostDetail, PostList, SavedPosts

__all__ = [
    "AccountReport",
    "CommentReport",
    "Decisions",
    "PostCategories",
    "PostComment",
    "PostComments",
    "PostDetail",
    "PostLike",
    "PostList",
    "PostReport",
    "PostSave",
    "PostShare",
    "SavedPosts",
]
