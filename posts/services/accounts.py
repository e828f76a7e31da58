"""Suspending accounts and letting them back, with the reason on record."""

from datetime import datetime

from django.db import transaction

from posts.services.decisions import NO_GROUNDS, Grounds, account_decision_record
from posts.services.fragments import author_cards_forget
from profiles import services as profiles


@transaction.atomic
def account_suspend(
    *,
    account_id: int,
    moderator_id: int | None,
    reason: str,
    at: datetime,
    grounds: Grounds = NO_GROUNDS,
) -> bool:
    """Shut the account out and take what it published out of sight. Returns whether it was open.

    Its sessions end at once. Nothing is deleted: `account_reinstate` brings all of it back.

    :raises AccountNotFound: if there is no such account.
    """
    changed = profiles.account_suspend(user_id=account_id, at=at)
    if changed:
        account_decision_record(
            account_id=account_id,
            moderator_id=moderator_id,
            reason=reason,
            at=at,
            is_suspended=True,
            grounds=grounds,
        )
        author_cards_forget(author_id=account_id)
    return changed


@transaction.atomic
def account_reinstate(
    *,
    account_id: int,
    moderator_id: int | None,
    reason: str,
    at: datetime,
    grounds: Grounds = NO_GROUNDS,
) -> bool:
    """Let a suspended account back in. Returns whether it was shut out.

    :raises AccountNotFound: if there is no such account.
    """
    changed = profiles.account_reinstate(user_id=account_id, at=at)
    if changed:
        account_decision_record(
            account_id=account_id,
            moderator_id=moderator_id,
            reason=reason,
            at=at,
            is_suspended=False,
            grounds=grounds,
        )
        author_cards_forget(author_id=account_id)
    return changed
