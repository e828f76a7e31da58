"""What posts do: publishing, marks, comments, reports, moderation, and what clients saw."""

from posts.services.accounts import account_reinstate, account_suspend
from posts.services.announcing import post_entered
from posts.services.behaviour import Recorded, behaviour_record
from posts.services.comments import (
    CommentNotFound,
    CommentTooDeep,
    NotTheirComment,
    comment_add,
    comment_delete,
)
from posts.services.fragments import (
    author_cards_forget,
    cards_forget,
    fragment_write,
    fragments_rewrite,
)
from posts.services.hashtags import InvalidHashtag, TooManyHashtags, hashtags_merge
from posts.services.marks import Marked, like_add, like_remove, save_add, save_remove
from posts.services.moderation import comment_hide, comment_restore, post_hide, post_restore
from posts.services.posts import (
    NotTheAuthor,
    PostNotFound,
    post_create,
    post_delete,
    post_publish,
    post_update,
)
from posts.services.reports import (
    AccountNotFound,
    AlreadyReported,
    AlreadyResolved,
    OwnContentReported,
    report_add,
    report_dismiss,
    report_uphold,
)
from posts.services.shares import share_add

__all__ = [
    "AccountNotFound",
    "AlreadyReported",
    "AlreadyResolved",
    "CommentNotFound",
    "CommentTooDeep",
    "InvalidHashtag",
    "Marked",
    "NotTheAuthor",
    "NotTheirComment",
    "OwnContentReported",
    "PostNotFound",
    "Recorded",
    "TooManyHashtags",
    "account_reinstate",
    "account_suspend",
    "author_cards_forget",
    "behaviour_record",
    "cards_forget",
    "comment_add",
    "comment_delete",
    "comment_hide",
    "comment_restore",
    "fragment_write",
    "fragments_rewrite",
    "hashtags_merge",
    "like_add",
    "like_remove",
    "post_create",
    "post_delete",
    "post_entered",
    "post_hide",
    "post_publish",
    "post_restore",
    "post_update",
    "report_add",
    "report_dismiss",
    "report_uphold",
    "save_add",
    "save_remove",
    "share_add",
]
