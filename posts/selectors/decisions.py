"""Decisions as the account they concern reads them: each is a statement of reasons."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from posts.models import Decision
from posts.selectors.posts import Page
from socialml.core.errors import NotFound

_COLUMNS = (
    "id",
    "action",
    "about",
    "post_id",
    "comment_id",
    "reason",
    "rule_code",
    "rule_text",
    "is_automated",
    "facts",
    "reverses_id",
    "decided_at",
    "ended_at",
    "strike__expires_at",
    "strike__lifted_at",
    "appeal__state",
    "appeal__text",
    "appeal__appealed_at",
    "appeal__answer",
    "appeal__answered_at",
)


class DecisionNotFound(NotFound):
    """There is no such decision, or it concerns somebody else."""


def decisions_page(*, account_id: int, after: int | None = None, limit: int = 20) -> Page:
    """Return what was decided about the account's posts, comments or itself, newest first.

    Who decided is not told. One query.
    """
    decisions = Decision.objects.filter(account_id=account_id)
    if after is not None:
        decisions = decisions.filter(pk__lt=after)
    rows: list[dict[str, Any]] = list(decisions.order_by("-pk").values(*_COLUMNS)[: limit + 1])
    return Page(rows[:limit], [rows[limit - 1]["id"]] if len(rows) > limit else None)


def decision_read(*, decision_id: int, account_id: int) -> dict[str, Any]:
    """Return one decision about the account, as in `decisions_page`. One query.

    :raises DecisionNotFound: if there is none, or it concerns another account.
    """
    decisions = Decision.objects.filter(pk=decision_id, account_id=account_id)
    row: dict[str, Any] | None = decisions.values(*_COLUMNS).first()
    if row is None:
        raise DecisionNotFound(f"There is no decision {decision_id} about you.")
    return row


def appeal_until(decided_at: datetime) -> datetime:
    """Return until when a decision of that moment may be appealed."""
    return decided_at + timedelta(days=settings.SOCIALML_APPEAL_DAYS)
