"""What is read of posts, comments and decisions."""

from posts.selectors.cards import CARD_SECONDS, card_bytes, cards, cards_from, marks_of
from posts.selectors.comments import comment_of, comments_page
from posts.selectors.decisions import decisions_page
from posts.selectors.posts import (
    ORDERINGS,
    Page,
    PostFilter,
    post_of,
    posts_page,
    saved_page,
    shown_ids,
)
from posts.selectors.why import why_shown

__all__ = [
    "CARD_SECONDS",
    "ORDERINGS",
    "Page",
    "PostFilter",
    "card_bytes",
    "cards",
    "cards_from",
    "comment_of",
    "comments_page",
    "decisions_page",
    "marks_of",
    "post_of",
    "posts_page",
    "saved_page",
    "shown_ids",
    "why_shown",
]
