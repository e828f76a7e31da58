"""The record of what was decided about a text. The only writer of Decision.

Each decision about a text is also an event, so that what counts the log can leave out what was
taken down or reaches fewer.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from analytics.models import Event
from analytics.services import event_record
from posts.models import Appeal, Comment, Decision, Post
from posts.services.facts import facts_of

_EVENTS = {
    Decision.Action.HOLD: Event.Kind.HIDDEN,
    Decision.Action.HIDE: Event.Kind.HIDDEN,
    Decision.Action.RESTORE: Event.Kind.RESTORED,
    Decision.Action.REDUCE: Event.Kind.REDUCED,
    Decision.Action.RESTORE_REACH: Event.Kind.REACH_RESTORED,
}
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a decision rests on, copied into it: the rule, the case, what the model said."""

    rule_code: str = ""
    rule_text: str = ""
    policy_id: int | None = None
    case_id: int | None = None
    model_version: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    # The decision that this one takes back, where it is not the one that holds.
    reverses_id: int | None = None


NO_GROUNDS = Grounds()


def decision_record(
    *,
    action: Decision.Action,
    post: Post,
    reason: str,
    at: datetime,
    comment: Comment | None = None,
    moderator_id: int | None = None,
    grounds: Grounds = NO_GROUNDS,
) -> Decision:
    """Record a decision about `comment`, or about `post` where there is no comment, and log it.

    Without a moderator it is the model's own. Call it in the transaction that carries it out.
    """
    decision = _settle(
        Decision(
            account_id=comment.author_id if comment else post.author_id,
            about=Decision.About.COMMENT if comment else Decision.About.POST,
            post=post,
            comment=comment,
            action=action,
            reason=reason[:_LONGEST_REASON],
            is_automated=moderator_id is None,
            moderator_id=moderator_id,
            decided_at=at,
            **asdict(grounds),
        )
    )
    if action in _EVENTS:
        event_record(
            kind=_EVENTS[action],
            actor_id=moderator_id,
            post_id=post.pk,
            comment_id=comment.pk if comment else None,
            at=at,
            facts=facts_of(post),
        )
    return decision


def decisions_of(post: Post, comment: Comment | None = None) -> QuerySet[Decision]:
    """Keep what was decided about `comment`, or about `post` where there is no comment.

    Decisions about comments that are gone name the post alone, and are about neither.
    """
    decisions = Decision.objects.filter(post=post, comment=comment)
    return decisions if comment else decisions.exclude(about=Decision.About.COMMENT)


def ruled(
    action: Decision.Action, *, post: Post, comment: Comment | None = None
) -> Decision | None:
    """Return the rule's decision to do so that holds; None where a moderator's does, or none."""
    holding = decisions_of(post, comment).filter(action=action, is_automated=True, ended_at=None)
    return holding.order_by("-pk").first()


def account_decision_record(
    *,
    account_id: int,
    moderator_id: int | None,
    reason: str,
    at: datetime,
    is_suspended: bool,
    grounds: Grounds = NO_GROUNDS,
) -> Decision:
    """Record that a moderator suspended the account, or reinstated it.

    Without a moderator it is the policy's doing.
    """
    return _settle(
        Decision(
            account_id=account_id,
            about=Decision.About.ACCOUNT,
            action=Decision.Action.SUSPEND if is_suspended else Decision.Action.REINSTATE,
            reason=reason[:_LONGEST_REASON],
            is_automated=moderator_id is None,
            moderator_id=moderator_id,
            decided_at=at,
            **asdict(grounds),
        )
    )


def _settle(decision: Decision) -> Decision:
    """Save the decision. What held before it about the same matter ends, and may be taken back.

    Whoever decides holds the post, or the account, so that no two end the same one.
    """
    before = _holding(decision).order_by("-pk").first()
    if before is not None:
        _holding(decision).update(ended_at=decision.decided_at)
        takes_back = decision.action not in Decision.AGAINST and before.action in Decision.AGAINST
        if takes_back and decision.reverses_id is None:
            decision.reverses = before
    decision.save(force_insert=True)
    if before is not None and decision.moderator_id is not None:
        _appeal_close(before, decision)
    return decision


def _appeal_close(before: Decision, decision: Decision) -> None:
    """Answer the appeal that waits about `before`: a moderator has decided anew meanwhile."""
    state = Appeal.State.OVERTURNED if decision.reverses_id else Appeal.State.UPHELD
    Appeal.objects.filter(decision=before, state=Appeal.State.OPEN).update(
        state=state,
        moderator_id=decision.moderator_id,
        answer=decision.reason,
        answered_at=decision.decided_at,
    )


def _holding(decision: Decision) -> QuerySet[Decision]:
    """Return what holds of the same thing and the same matter."""
    matter = next(actions for actions in Decision.MATTERS if decision.action in actions)
    holding = Decision.objects.filter(
        account_id=decision.account_id, about=decision.about, action__in=matter, ended_at=None
    )
    if decision.about == Decision.About.ACCOUNT:
        return holding
    return holding.filter(post=decision.post, comment=decision.comment)
