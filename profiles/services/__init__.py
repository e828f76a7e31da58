"""What can be done to accounts, their sessions and the graph between them."""

from profiles.services.accounts import (
    AccountGone,
    account_create,
    account_reinstate,
    account_suspend,
    account_update,
    fragments_rewrite_later,
)
from profiles.services.blocks import block_add, block_remove, mute_add, mute_remove
from profiles.services.erasure import (
    account_erase,
    erasure_finish,
    erasure_is_pending,
    erasure_request,
    erasures_resume,
)
from profiles.services.follows import (
    Followed,
    follow_accept,
    follow_add,
    follow_decline,
    follow_remove,
    requests_accept,
)
from profiles.services.names import EmailTaken, UsernameRefused, UsernameTaken
from profiles.services.pairs import NotWithOneself
from profiles.services.passwords import (
    AccountSuspended,
    PasswordRefused,
    WrongCredentials,
    WrongPassword,
    credentials_verify,
    password_set,
    suspended_verify,
)
from profiles.services.preferences import preferences_set, profile_reset
from profiles.services.sessions import session_revoke, sessions_purge, sessions_revoke
from profiles.services.tokens import (
    RefreshRefused,
    account_sign_in,
    moderation_token_issue,
    moderation_tokens_trade,
    tokens_issue,
    tokens_refresh,
)

__all__ = [
    "AccountGone",
    "AccountSuspended",
    "EmailTaken",
    "Followed",
    "NotWithOneself",
    "PasswordRefused",
    "RefreshRefused",
    "UsernameRefused",
    "UsernameTaken",
    "WrongCredentials",
    "WrongPassword",
    "account_create",
    "account_erase",
    "account_reinstate",
    "account_sign_in",
    "account_suspend",
    "account_update",
    "block_add",
    "block_remove",
    "credentials_verify",
    "erasure_finish",
    "erasure_is_pending",
    "erasure_request",
    "erasures_resume",
    "follow_accept",
    "follow_add",
    "follow_decline",
    "follow_remove",
    "fragments_rewrite_later",
    "moderation_token_issue",
    "moderation_tokens_trade",
    "mute_add",
    "mute_remove",
    "password_set",
    "preferences_set",
    "profile_reset",
    "requests_accept",
    "session_revoke",
    "sessions_purge",
    "sessions_revoke",
    "suspended_verify",
    "tokens_issue",
    "tokens_refresh",
]
