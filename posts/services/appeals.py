"""What people say against decisions, and what another moderator answers. The only writer of Appeal
beside posts.services.decisions, which closes the appeals that a later decision answers.

Whoever answers holds the post first, as every service here does, so that an answer and any other
decision about the same text come one after the other.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from posts.models import Appeal, Case, CaseEntry, Decision, Post
from posts.selectors import DecisionNotFound, appeal_until
from posts.services.accounts import account_reinstate
from posts.services.cases import case_answered, entry_add
from posts.services.comments import CommentNotFound
from posts.services.moderation import comment_restore, post_restore, post_restore_reach
from posts.services.posts import PostNotFound
from posts.services.strikes import account_lock, strike_lift
from socialml.core.errors import Conflict, Forbidden, NotFound

_UPHELD = {
    Decision.Action.HOLD: Case.Ruling.REMOVE,
    Decision.Action.HIDE: Case.Ruling.REMOVE,
    Decision.Action.REDUCE: Case.Ruling.REDUCE,
    Decision.Action.SUSPEND: Case.Ruling.SUSPEND,
}


class NotAppealable(Conflict):
    """The decision takes something back, was replaced by a later one, or is too old."""

    code = "not_appealable"


class AlreadyAppealed(Conflict):
    """The decision was appealed before."""

    code = "already_appealed"


class AppealNotFound(NotFound):
    """There is no such appeal."""


class AppealAnswered(Conflict):
    """A moderator has answered the appeal."""

    code = "appeal_answered"


class OwnDecisionJudged(Forbidden):
    """A moderator would answer an appeal from a decision of their own, or their own appeal."""

    code = "own_decision"


@transaction.atomic
def appeal_add(*, decision_id: int, account_id: int, text: str, at: datetime) -> Appeal:
    """Appeal a decision about the account, and return the appeal.

    :raises DecisionNotFound: if there is none, or it concerns another account.
    :raises AlreadyAppealed: if it was appealed before.
    :raises NotAppealable: if it takes something back, holds no more, or is too old.
    """
    # Held, so that of two appeals at once the second finds the first.
    decisions = Decision.objects.select_for_update(no_key=True)
    decision = decisions.filter(pk=decision_id, account_id=account_id).first()
    if decision is None:
        raise DecisionNotFound(f"There is no decision {decision_id} about you.")
    if Appeal.objects.filter(decision=decision).exists():
        raise AlreadyAppealed("You have appealed this decision before.")
    _appealable_check(decision, at=at)
    appeal = Appeal.objects.create(
        decision=decision, account_id=account_id, text=text, appealed_at=at
    )
    if decision.case is not None:
        entry_add(decision.case, CaseEntry.Act.APPEALED, at=at)
    return appeal


@transaction.atomic
def appeal_uphold(*, appeal_id: int, moderator_id: int, answer: str, at: datetime) -> Appeal:
    """Answer that the decision stands.

    :raises AppealNotFound: if there is no such appeal.
    :raises OwnDecisionJudged: if the decision, or the appeal, is the moderator's own.
    :raises AppealAnswered: if it was answered before.
    """
    return _answer(appeal_id, Appeal.State.UPHELD, moderator_id=moderator_id, text=answer, at=at)


@transaction.atomic
def appeal_overturn(*, appeal_id: int, moderator_id: int, answer: str, at: datetime) -> Appeal:
    """Answer that the decision was wrong, and undo it: visibility, reach, counts and strike.

    What a later decision has settled otherwise, or what is deleted, stays as it is.

    :raises AppealNotFound: if there is no such appeal.
    :raises OwnDecisionJudged: if the decision, or the appeal, is the moderator's own.
    :raises AppealAnswered: if it was answered before.
    """
    state = Appeal.State.OVERTURNED
    appeal = _answer(appeal_id, state, moderator_id=moderator_id, text=answer, at=at)
    decision = appeal.decision
    if decision.ended_at is None:
        # Gone meanwhile: there is nothing left to show again.
        with suppress(PostNotFound, CommentNotFound):
            _undo(decision, moderator_id=moderator_id, reason=answer, at=at)
    strike_lift(decision_id=decision.pk, moderator_id=moderator_id, at=at)
    return appeal


def _appealable_check(decision: Decision, *, at: datetime) -> None:
    if decision.action not in Decision.AGAINST:
        raise NotAppealable(
            "This decision takes nothing away from you: there is nothing to appeal."
        )
    if decision.ended_at is not None:
        raise NotAppealable("Another decision took its place: appeal that one.")
    if at > appeal_until(decision.decided_at):
        raise NotAppealable(
            f"Decisions can be appealed for {settings.SOCIALML_APPEAL_DAYS} days; this is older."
        )


def _answer(
    appeal_id: int, state: Appeal.State, *, moderator_id: int, text: str, at: datetime
) -> Appeal:
    _place_lock(appeal_id)
    appeal = Appeal.objects.select_for_update(no_key=True).filter(pk=appeal_id).first()
    if appeal is None:
        raise AppealNotFound(f"There is no appeal {appeal_id}.")
    if moderator_id in (appeal.decision.moderator_id, appeal.account_id):
        raise OwnDecisionJudged(f"Appeal {appeal_id} is for another moderator: you are part of it.")
    if appeal.state != Appeal.State.OPEN:
        raise AppealAnswered(f"Appeal {appeal_id} was answered before: {appeal.state}.")
    appeal.state, appeal.moderator_id = state, moderator_id
    appeal.answer, appeal.answered_at = text, at
    appeal.save(update_fields=["state", "moderator", "answer", "answered_at"])
    if appeal.decision.case is not None:
        case_answered(
            case=appeal.decision.case,
            is_upheld=state == Appeal.State.UPHELD,
            ruling=_ruling(appeal.decision, state),
            moderator_id=moderator_id,
            at=at,
        )
    return appeal


def _ruling(decision: Decision, state: Appeal.State) -> str:
    """Return what the answer says of the text that stands there now; "" where it says nothing."""
    if state == Appeal.State.OVERTURNED:
        # Too hard on the account: the text may be as bad all the same.
        is_of_text = decision.action != Decision.Action.SUSPEND
        return Case.Ruling.KEEP if is_of_text else ""
    case = decision.case
    # Posts alone are ever edited.
    post = case.post if case and case.about == Case.About.POST else None
    if post and post.edited_at and post.edited_at > decision.decided_at:
        return ""
    return _UPHELD[Decision.Action(decision.action)]


def _place_lock(appeal_id: int) -> None:
    """Hold what was decided about, as whoever decides does: the post, or else the account."""
    decision = Decision.objects.filter(appeal=appeal_id).first()
    if decision is None:
        return
    if decision.about == Decision.About.ACCOUNT:
        if decision.case is not None:
            # A rule's: whoever decides the case of the text holds the text, the case, the account.
            Post.objects.select_for_update(no_key=True).filter(
                pk=decision.case.post_id or 0
            ).first()
            Case.objects.select_for_update(no_key=True).filter(pk=decision.case.pk).first()
        account_lock(decision.account_id)
    elif decision.post_id is not None:
        Post.objects.select_for_update(no_key=True).filter(pk=decision.post_id).first()


def _undo(decision: Decision, *, moderator_id: int, reason: str, at: datetime) -> None:
    how: dict[str, Any] = {"moderator_id": moderator_id, "reason": reason, "at": at}
    if decision.about == Decision.About.ACCOUNT:
        account_reinstate(account_id=decision.account_id, **how)
    elif decision.about == Decision.About.COMMENT:
        comment_restore(comment_id=decision.comment_id or 0, **how)
    elif decision.action == Decision.Action.REDUCE:
        post_restore_reach(post_id=decision.post_id or 0, **how)
    else:
        post_restore(post_id=decision.post_id or 0, **how)
