"""Where moderators work. Every change goes through the services; nothing is edited in place."""

from posts.admin.appeals import AppealAdmin
from posts.admin.case_entries import CaseEntryAdmin
from posts.admin.cases import CaseAdmin
from posts.admin.comments import CommentAdmin
from posts.admin.decisions import DecisionAdmin, StrikeAdmin
from posts.admin.policy import PolicyVersionAdmin
from posts.admin.posts import PostAdmin
from posts.admin.reports import ReportAdmin

__all__ = [
    "AppealAdmin",
    "CaseAdmin",
    "CaseEntryAdmin",
    "CommentAdmin",
    "DecisionAdmin",
    "PolicyVersionAdmin",
    "PostAdmin",
    "ReportAdmin",
    "StrikeAdmin",
]
