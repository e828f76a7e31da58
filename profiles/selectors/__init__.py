"""What profiles can be asked."""

from profiles.selectors.accounts import (
    AccountNotFound,
    account_card,
    account_id_of,
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
from profiles.selectors.preferences import preferences_of

__all__ = [
    "AccountNotFound",
    "Page",
    "ReceiptNotFound",
    "account_card",
    "account_id_of",
    "account_visible",
    "blocked_ids",
    "erasure_of",
    "followers_page",
    "following_ids",
    "following_page",
    "hidden_author_ids",
    "is_blocked",
    "lists_visible",
    "preferences_of",
    "requests_page",
]
