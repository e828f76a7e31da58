"""An appeal with what the moderator who answers it needs to know."""

from dataclasses import dataclass

from posts.models import Appeal, Decision

_EARLIER = 10


@dataclass(frozen=True, slots=True)
class AppealContext:
    """One appeal, the decision it is against, and what else was decided about the account."""

    appeal: Appeal
    decision: Decision
    # The text as it is now; empty where it is gone, or where an account was decided about.
    text: str
    # The account's other decisions, the newest first.
    earlier: list[Decision]


def appeal_context(*, appeal_id: int) -> AppealContext | None:
    """Return the appeal with its context, or None if there is none. Two queries."""
    appeals = Appeal.objects.select_related(
        "account", "moderator", "decision__moderator", "decision__post", "decision__comment"
    )
    appeal = appeals.filter(pk=appeal_id).first()
    if appeal is None:
        return None
    decision = appeal.decision
    others = Decision.objects.filter(account_id=appeal.account_id).exclude(pk=decision.pk)
    return AppealContext(
        appeal=appeal,
        decision=decision,
        text=_text(decision),
        earlier=list(others.select_related("moderator").order_by("-pk")[:_EARLIER]),
    )


def _text(decision: Decision) -> str:
    if decision.about == Decision.About.COMMENT:
        return decision.comment.content if decision.comment else ""
    return decision.post.content if decision.post else ""
