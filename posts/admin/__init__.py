"""Where moderators work. Every change goes through the services; nothing is edited in place."""

from posts.admin.comments import CommentAdmin
from posts.admin.decisions import DecisionAdmin
from posts.admin.posts import PostAdmin
from posts.admin.reports import ReportAdmin

__all__ = ["CommentAdmin", "DecisionAdmin", "PostAdmin", "ReportAdmin"]
