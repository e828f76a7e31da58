"""One class per URL, one method per verb, one domain call per method."""

from posts.api.views.comments import PostComment, PostComments
from posts.api.views.decisions import DecisionAppeal, DecisionDetail, Decisions
from posts.api.views.marks import PostLess, PostLike, PostSave, PostShare
from posts.api.views.moderation import AccountReport, CommentReport, PostReport
from posts.api.views.posts import PostCategories, PostDetail, PostList, SavedPosts

__all__ = [
    "AccountReport",
    "CommentReport",
    "DecisionAppeal",
    "DecisionDetail",
    "Decisions",
    "PostCategories",
    "PostComment",
    "PostComments",
    "PostDetail",
    "PostLess",
    "PostLike",
    "PostList",
    "PostReport",
    "PostSave",
    "PostShare",
    "SavedPosts",
]
