"""What posts do: publishing, marks, comments, reports, moderation, and what clients saw."""

from posts.services.accounts import account_reinstate, account_suspend
from posts.services.announcing import post_entered
from posts.services.appeals import (
    AlreadyAppealed,
    AppealAnswered,
    AppealNotFound,
    NotAppealable,
    OwnDecisionJudged,
    appeal_add,
    appeal_overturn,
    appeal_uphold,
)
from posts.services.behaviour import Recorded, behaviour_record
from posts.services.case_ranks import cases_rerank
from posts.services.cases import case_flag, case_lapse, case_note
from posts.services.claims import (
    CaseClosed,
    CaseNotFound,
    CaseTaken,
    OwnCase,
    case_claim,
    case_claim_next,
    case_release,
)
from posts.services.comments import (
    CommentNotFound,
    CommentTooDeep,
    NotTheirComment,
    comment_add,
    comment_delete,
)
from posts.services.decisions import Grounds
from posts.services.dismissals import dismissal_add, dismissal_remove
from posts.services.fragments import (
    author_cards_forget,
    cards_forget,
    fragment_write,
    fragments_rewrite,
)
from posts.services.hashtags import InvalidHashtag, TooManyHashtags, hashtags_merge
from posts.services.marks import Marked, like_add, like_remove, save_add, save_remove
from posts.services.moderation import (
    comment_hide,
    comment_restore,
    post_hide,
    post_reduce,
    post_restore,
    post_restore_reach,
)
from posts.services.policy import Policy, Verdict, policy_live
from posts.services.policy_preview import Preview, policy_preview
from posts.services.policy_versions import (
    PolicyMovedOn,
    PolicyNotFound,
    PolicyWasLive,
    policy_activate,
    policy_draft,
    policy_draft_lock,
)
from posts.services.posts import (
    NotTheAuthor,
    PostNotFound,
    post_create,
    post_delete,
    post_publish,
    post_update,
)
from posts.services.rejudging import rejudge
from posts.services.reports import (
    AccountNotFound,
    AlreadyReported,
    OwnContentReported,
    report_add,
)
from posts.services.rulings import (
    Refusal,
    Ruling,
    RulingRefused,
    account_decide,
    case_decide,
    cases_decide,
    comment_decide,
    post_decide,
    rulings_for,
)
from posts.services.shares import share_add
from posts.services.strikes import STRIKES_RULE, strikes_standing

__all__ = [
    "STRIKES_RULE",
    "AccountNotFound",
    "AlreadyAppealed",
    "AlreadyReported",
    "AppealAnswered",
    "AppealNotFound",
    "CaseClosed",
    "CaseNotFound",
    "CaseTaken",
    "CommentNotFound",
    "CommentTooDeep",
    "Grounds",
    "InvalidHashtag",
    "Marked",
    "NotAppealable",
    "NotTheAuthor",
    "NotTheirComment",
    "OwnCase",
    "OwnContentReported",
    "OwnDecisionJudged",
    "Policy",
    "PolicyMovedOn",
    "PolicyNotFound",
    "PolicyWasLive",
    "PostNotFound",
    "Preview",
    "Recorded",
    "Refusal",
    "Ruling",
    "RulingRefused",
    "TooManyHashtags",
    "Verdict",
    "account_decide",
    "account_reinstate",
    "account_suspend",
    "appeal_add",
    "appeal_overturn",
    "appeal_uphold",
    "author_cards_forget",
    "behaviour_record",
    "cards_forget",
    "case_claim",
    "case_claim_next",
    "case_decide",
    "case_flag",
    "case_lapse",
    "case_note",
    "case_release",
    "cases_decide",
    "cases_rerank",
    "comment_add",
    "comment_decide",
    "comment_delete",
    "comment_hide",
    "comment_restore",
    "dismissal_add",
    "dismissal_remove",
    "fragment_write",
    "fragments_rewrite",
    "hashtags_merge",
    "like_add",
    "like_remove",
    "policy_activate",
    "policy_draft",
    "policy_draft_lock",
    "policy_live",
    "policy_preview",
    "post_create",
    "post_decide",
    "post_delete",
    "post_entered",
    "post_hide",
    "post_publish",
    "post_reduce",
    "post_restore",
    "post_restore_reach",
    "post_update",
    "rejudge",
    "report_add",
    "rulings_for",
    "save_add",
    "save_remove",
    "share_add",
    "strikes_standing",
]
