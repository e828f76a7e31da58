"""What profiles can be asked."""

from profiles.selectors.accounts import (
    AccountNotFound,
    account_card,
    account_id_of,
    is_staff,
    lists_visible,
)
from profiles.selectors.erasure import ReceiptNotFound, erasure_of
from profiles.selectors.graph import (
    Page,
    account_visible,
    blocked_ids,
    followers_page,
    following_ids,
    following_page,
    hidden_author_ids,
    is_blocked,
    requests_page,
)
from profiles.selectors.preferences import (
    Topics,
    choice_name,
    controls_of,
    is_personalised,
    preferences_of,
    resets_in,
    topics_of,
)

__all__ = [
    "AccountNotFound",
    "Page",
    "ReceiptNotFound",
    "Topics",
    "account_card",
    "account_id_of",
    "account_visible",
    "blocked_ids",
    "choice_name",
    "controls_of",
    "erasure_of",
    "followers_page",
    "following_ids",
    "following_page",
    "hidden_author_ids",
    "is_blocked",
    "is_personalised",
    "is_staff",
    "lists_visible",
    "preferences_of",
    "requests_page",
    "resets_in",
    "topics_of",
]
