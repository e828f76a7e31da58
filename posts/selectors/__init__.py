"""What is read of posts, comments and decisions."""

from posts.selectors.appeals import AppealContext, appeal_context
from posts.selectors.cards import CARD_SECONDS, card_bytes, cards, cards_from, marks_of
from posts.selectors.case_context import (
    CaseContext,
    CaseRow,
    case_context,
    case_rows,
    reasons_given,
)
from posts.selectors.cases import case_ids_by_urgency, cases_by_urgency, cases_measured
from posts.selectors.comments import comment_of, comments_page
from posts.selectors.decisions import (
    DecisionNotFound,
    appeal_until,
    decision_read,
    decisions_page,
)
from posts.selectors.last_words import LastWord, Place, last_words
from posts.selectors.overturns import BY, OverturnRate, overturn_rates
from posts.selectors.posts import (
    ORDERINGS,
    Page,
    PostFilter,
    post_of,
    posts_page,
    saved_page,
    shown_ids,
)
from posts.selectors.texts import text_of
from posts.selectors.why import why_shown

__all__ = [
    "BY",
    "CARD_SECONDS",
    "ORDERINGS",
    "AppealContext",
    "CaseContext",
    "CaseRow",
    "DecisionNotFound",
    "LastWord",
    "OverturnRate",
    "Page",
    "Place",
    "PostFilter",
    "appeal_context",
    "appeal_until",
    "card_bytes",
    "cards",
    "cards_from",
    "case_context",
    "case_ids_by_urgency",
    "case_rows",
    "cases_by_urgency",
    "cases_measured",
    "comment_of",
    "comments_page",
    "decision_read",
    "decisions_page",
    "last_words",
    "marks_of",
    "overturn_rates",
    "post_of",
    "posts_page",
    "reasons_given",
    "saved_page",
    "shown_ids",
    "text_of",
    "why_shown",
]
