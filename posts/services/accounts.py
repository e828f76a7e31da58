"""Suspending accounts and letting them back, with the reason on record."""

from datetime import datetime

from django.db import transaction

from posts.models import Decision
from posts.services.decisions import NO_GROUNDS, Grounds, account_decision_record
from posts.services.fragments import author_cards_forget
from profiles import services as profiles
from profiles.models import User


@transaction.atomic
def account_suspend(
    *,
    account_id: int,
    moderator_id: int | None,
    reason: str,
    at: datetime,
    grounds: Grounds = NO_GROUNDS,
) -> bool:
    """Shut the account out and take what it published out of sight. Returns whether that was news.

    Its sessions end at once. Nothing is deleted: `account_reinstate` brings all of it back. Of an
    account that a rule or its strikes shut out it becomes the moderator's decision.

    :raises AccountNotFound: if there is no such account.
    """
    changed = profiles.account_suspend(user_id=account_id, at=at)
    is_news = changed or (moderator_id is not None and _is_shut_out_by_a_rule(account_id))
    if is_news:
        account_decision_record(
            account_id=account_id,
            moderator_id=moderator_id,
            reason=reason,
            at=at,
            is_suspended=True,
            grounds=grounds,
        )
    if changed:
        author_cards_forget(author_id=account_id)
    return is_news


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


def ruled_suspension_end(
    *, lifted_id: int, moderator_id: int | None, reason: str, at: datetime
) -> None:
    """Let the account in again that a rule shut out as it took down the text that is out again.

    `lifted_id` is the decision about the text that was taken back.
    """
    lifted = Decision.objects.get(pk=lifted_id)
    if lifted.case_id is None:
        return
    suspensions = Decision.objects.filter(
        account_id=lifted.account_id,
        action=Decision.Action.SUSPEND,
        case_id=lifted.case_id,
        is_automated=True,
        ended_at=None,
    )
    if suspensions.exists():
        account_reinstate(
            account_id=lifted.account_id, moderator_id=moderator_id, reason=reason, at=at
        )


def _is_shut_out_by_a_rule(account_id: int) -> bool:
    """Whether no moderator suspended the suspended account. Holds the account."""
    accounts = User.objects.get_queryset().select_for_update(no_key=True)
    if accounts.filter(pk=account_id, is_active=False).first() is None:
        return False
    return Decision.objects.filter(
        account_id=account_id, action=Decision.Action.SUSPEND, is_automated=True, ended_at=None
    ).exists()
