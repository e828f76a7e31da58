"""Strikes, and the suspension that enough of them bring. The only writer of Strike.

A text that a moderator takes down, or that the policy removes, is a strike against its author
until it expires or is lifted. Whoever gives or lifts one holds the account's row, so that of two
at once the second counts the first.
"""

from datetime import datetime, timedelta

from django.conf import settings

from posts.models import Decision, Strike
from posts.services.accounts import account_reinstate, account_suspend
from posts.services.decisions import Grounds
from profiles.models import User

# The rule that a suspension for strikes names.
STRIKES_RULE = "strikes"


def strike_give(*, decision: Decision) -> None:
    """Count the decision against its account, and suspend it at SOCIALML_STRIKES_TO_SUSPEND.

    Call it in the transaction that carries the decision out, after it is recorded. The archive of
    imported items gets none.
    """
    account = account_lock(decision.account_id)
    if account is None or account.is_archive:
        return
    at = decision.decided_at
    Strike.objects.create(
        decision=decision,
        account=account,
        given_at=at,
        expires_at=at + timedelta(days=settings.SOCIALML_STRIKE_DAYS),
    )
    count = strikes_standing(account_id=account.pk, at=at)
    if account.is_active and _is_too_many(count):
        account_suspend(
            account_id=account.pk,
            moderator_id=None,
            reason=f"Suspended: {count} strikes stand against the account.",
            at=at,
            grounds=Grounds(rule_code=STRIKES_RULE, rule_text=_rule_text()),
        )


def strike_lift(*, decision_id: int, moderator_id: int | None, at: datetime) -> None:
    """Lift the strike that the decision left, if any.

    An account that was suspended for strikes, and has too few of them left, is let in again.
    """
    strike = Strike.objects.filter(decision_id=decision_id, lifted_at=None).first()
    account = account_lock(strike.account_id) if strike else None
    if account is None:
        return
    lifted = Strike.objects.filter(decision_id=decision_id, lifted_at=None).update(lifted_at=at)
    count = strikes_standing(account_id=account.pk, at=at)
    if lifted and not _is_too_many(count) and _is_suspended_for_strikes(account):
        account_reinstate(
            account_id=account.pk,
            moderator_id=moderator_id,
            reason="A strike was lifted: too few are left to suspend the account.",
            at=at,
        )


def strike_pass(*, from_id: int, to: Decision) -> None:
    """Hang the strike that an earlier decision left, if it stands, on the one in its place."""
    Strike.objects.filter(decision_id=from_id, lifted_at=None).update(decision=to)


def strikes_standing(*, account_id: int, at: datetime) -> int:
    """Return how many strikes against the account have neither expired nor been lifted."""
    return Strike.objects.filter(
        account_id=account_id, lifted_at=None, given_at__lte=at, expires_at__gt=at
    ).count()


def account_lock(account_id: int) -> User | None:
    """Return the account, held until the transaction ends; None if it is gone."""
    return User.objects.get_queryset().select_for_update(no_key=True).filter(pk=account_id).first()


def _is_too_many(count: int) -> bool:
    most: int = settings.SOCIALML_STRIKES_TO_SUSPEND
    return 0 < most <= count


def _is_suspended_for_strikes(account: User) -> bool:
    return Decision.objects.filter(
        account=account,
        action=Decision.Action.SUSPEND,
        rule_code=STRIKES_RULE,
        ended_at=None,
    ).exists()


def _rule_text() -> str:
    most, days = settings.SOCIALML_STRIKES_TO_SUSPEND, settings.SOCIALML_STRIKE_DAYS
    return f"An account with {most} strikes in {days} days is suspended."
