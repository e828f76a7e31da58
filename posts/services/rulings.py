"""Deciding cases: what becomes of the text or account, of its reports, and of the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from posts.models import Case, CaseEntry, Comment, Post, Report, Rule
from posts.services.accounts import account_suspend
from posts.services.cases import case_raise, entry_add
from posts.services.claims import CaseNotFound, case_free_for, case_refusal
from posts.services.comments import CommentNotFound
from posts.services.decisions import Grounds
from posts.services.moderation import (
    comment_hide,
    comment_restore,
    post_hide,
    post_reduce,
    post_restore,
    post_restore_reach,
)
from posts.services.posts import PostNotFound
from profiles.models import User
from profiles.selectors import AccountNotFound
from socialml.core.errors import DomainError, Invalid

Ruling = Case.Ruling


class RulingRefused(Invalid):
    """A case of this kind cannot be decided so."""

    code = "ruling_refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case that was not decided, and why."""

    case_id: int
    message: str


_ALLOWED = {
    Case.About.POST: frozenset(Ruling),
    Case.About.COMMENT: frozenset({Ruling.KEEP, Ruling.REMOVE, Ruling.SUSPEND}),
    Case.About.ACCOUNT: frozenset({Ruling.KEEP, Ruling.SUSPEND}),
}
_A = {Case.About.POST: "a post", Case.About.COMMENT: "a comment", Case.About.ACCOUNT: "an account"}


def rulings_for(about: str) -> list[Ruling]:
    """Return how a case about a "post", a "comment" or an "account" may be decided."""
    return [ruling for ruling in Ruling if ruling in _ALLOWED[Case.About(about)]]


@transaction.atomic
def case_decide(
    *,
    case_id: int,
    moderator_id: int,
    ruling: Ruling,
    reason: str,
    at: datetime,
    rule_code: str = "",
) -> Case:
    """Carry the ruling out, answer the case's reports, close it, and return it.

    An unclaimed case is claimed by deciding it. `rule_code` names the rule of the live policy
    that the decision rests on; its text is copied. A ruling that repeats what a rule did to the
    text is a decision in its place; any other that changes nothing closes the case without one.

    :raises CaseNotFound: if there is no such case.
    :raises CaseClosed: if somebody decided it before, or its text is gone.
    :raises CaseTaken: if another moderator claimed it.
    :raises OwnCase: if it is about the moderator.
    :raises RulingRefused: if what it is about cannot be decided so, or the rule is unknown.
    """
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound(f"There is no case {case_id}.")
    about = Case.About(case.about)
    if ruling not in _ALLOWED[about]:
        allowed = ", ".join(rulings_for(about))
        raise RulingRefused(
            f"Case {case_id} is about {_A[Case.About(case.about)]}: choose of {allowed}."
        )
    grounds = _grounds(case, rule_code)
    if case.post_id is not None:
        # The post before the case, as whoever reports or deletes it does.
        Post.objects.select_for_update(no_key=True).filter(pk=case.post_id).first()
    free = case_free_for(case_id=case_id, moderator_id=moderator_id, at=at)
    decided = {"state": Case.State.DECIDED, "ruling": ruling, "decided_at": at}
    if not free.update(**decided, claimed_until=None):
        raise case_refusal(case_id=case_id, moderator_id=moderator_id)
    by = {"moderator_id": moderator_id, "reason": reason, "at": at, "grounds": grounds}
    _carry_out(case, ruling, by)
    answer = Report.State.DISMISSED if ruling == Ruling.KEEP else Report.State.UPHELD
    Report.objects.filter(case=case, state=Report.State.OPEN).update(state=answer)
    entry_add(
        case,
        CaseEntry.Act.DECIDED,
        moderator_id=moderator_id,
        note=f"{ruling}: {reason}" if reason else str(ruling),
        at=at,
    )
    case.refresh_from_db()
    return case


@transaction.atomic
def post_decide(
    *, post_id: int, moderator_id: int, ruling: Ruling, reason: str, at: datetime
) -> Case:
    """Decide about a post that nobody need have reported; its open case is decided with it.

    :raises PostNotFound: if there is no such post, or its video is still processing.
    :raises CaseTaken, OwnCase: as `case_decide` does.
    """
    post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
    if post is None:
        raise PostNotFound(f"There is no post {post_id} to decide on.")
    case = case_raise(about=post, at=at)
    return case_decide(
        case_id=case.pk, moderator_id=moderator_id, ruling=ruling, reason=reason, at=at
    )


@transaction.atomic
def comment_decide(
    *, comment_id: int, moderator_id: int, ruling: Ruling, reason: str, at: datetime
) -> Case:
    """Decide about a comment that nobody need have reported, as `post_decide` does.

    :raises CommentNotFound: if there is no such comment.
    :raises CaseTaken, OwnCase: as `case_decide` does.
    """
    Post.objects.select_for_update(no_key=True).filter(comments=comment_id).first()
    comment = Comment.objects.filter(pk=comment_id, deleted_at=None).first()
    if comment is None:
        raise CommentNotFound(f"There is no comment {comment_id} to decide on.")
    case = case_raise(about=comment, at=at)
    return case_decide(
        case_id=case.pk, moderator_id=moderator_id, ruling=ruling, reason=reason, at=at
    )


@transaction.atomic
def account_decide(
    *, account_id: int, moderator_id: int, ruling: Ruling, reason: str, at: datetime
) -> Case:
    """Decide about an account that nobody need have reported, as `post_decide` does.

    :raises AccountNotFound: if there is no such account.
    :raises CaseTaken, OwnCase: as `case_decide` does.
    """
    if not User.objects.filter(pk=account_id).exists():
        raise AccountNotFound(f"There is no account {account_id}.")
    case = case_raise(about=account_id, at=at)
    return case_decide(
        case_id=case.pk, moderator_id=moderator_id, ruling=ruling, reason=reason, at=at
    )


def cases_decide(
    *,
    case_ids: Iterable[int],
    moderator_id: int,
    ruling: Ruling,
    reason: str,
    at: datetime,
    rule_code: str = "",
) -> list[Refusal]:
    """Decide each case in a transaction of its own, and return those that were refused."""
    refused = []
    for case_id in case_ids:
        try:
            case_decide(
                case_id=case_id,
                moderator_id=moderator_id,
                ruling=ruling,
                reason=reason,
                rule_code=rule_code,
                at=at,
            )
        except DomainError as error:
            refused.append(Refusal(case_id, error.message))
    return refused


def _grounds(case: Case, rule_code: str) -> Grounds:
    if not rule_code:
        return Grounds(case_id=case.pk)
    live = Rule.objects.filter(policy__is_live=True, code=rule_code).order_by("pk").first()
    if live is None:
        raise RulingRefused(f"The live policy has no rule {rule_code}: reload the page.")
    return Grounds(
        rule_code=live.code, rule_text=live.text, policy_id=live.policy_id, case_id=case.pk
    )


def _carry_out(case: Case, ruling: Ruling, by: dict[str, Any]) -> None:
    if ruling == Ruling.SUSPEND:
        # First: the strike that the text leaves finds the account shut, for the reason given.
        account_suspend(account_id=case.account_id, **by)
    if case.about == Case.About.COMMENT:
        move = comment_restore if ruling == Ruling.KEEP else comment_hide
        move(comment_id=case.comment_id or 0, **by)
    elif case.about == Case.About.POST:
        _post_move(case.post_id or 0, ruling, by)


def _post_move(post_id: int, ruling: Ruling, by: dict[str, Any]) -> None:
    if ruling in (Ruling.REMOVE, Ruling.SUSPEND):
        post_hide(post_id=post_id, **by)
        return
    # Its reach first: what comes out is offered according to it.
    reach = post_reduce if ruling == Ruling.REDUCE else post_restore_reach
    reach(post_id=post_id, **by)
    post_restore(post_id=post_id, **by)
