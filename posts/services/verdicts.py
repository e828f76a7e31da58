"""Carrying out what the policy says of a text, with the statement of why."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from mlengine.inference import text_drivers
from posts.models import Case, Comment, Decision, Post, Rule
from posts.services.accounts import account_suspend, ruled_suspension_end
from posts.services.cases import case_flag
from posts.services.decisions import Grounds, decision_record
from posts.services.policy import Policy, Verdict
from posts.services.strikes import strike_give, strike_lift
from profiles.models import User

_ACTIONS = {
    Rule.Action.REDUCE: Decision.Action.REDUCE,
    Rule.Action.HOLD: Decision.Action.HOLD,
    Rule.Action.REMOVE: Decision.Action.HIDE,
    Rule.Action.SUSPEND: Decision.Action.HIDE,
}
# What `verdict_row` gives of each decision.
VERDICT_COLUMNS = (
    *("account_id", "about", "post_id", "comment_id", "action", "reason", "rule_code"),
    *("rule_text", "policy_id", "case_id", "is_automated", "model_version", "facts", "decided_at"),
)
_MOST_WORDS = 5


def is_newcomer(joined_at: datetime, *, at: datetime) -> bool:
    """Return whether an account is younger than SOCIALML_NEWCOMER_DAYS."""
    return at - joined_at < timedelta(days=settings.SOCIALML_NEWCOMER_DAYS)


def author_is_newcomer(policy: Policy, author_id: int, *, at: datetime) -> bool:
    """Return whether the author is a newcomer. No query where no rule asks, else one."""
    if not policy.asks_for_age:
        return False
    joined = User.objects.filter(pk=author_id).values_list("joined_at", flat=True).first()
    return joined is not None and is_newcomer(joined, at=at)


def verdict_record(
    verdict: Verdict,
    *,
    post: Post,
    at: datetime,
    comment: Comment | None = None,
    model_version: str | None = None,
    words: list[str] | None = None,
) -> Decision | None:
    """Record the verdict on the comment, or on the post where there is none; None if it allows.

    What is removed is a strike; a rule that suspends also shuts the author out. `model_version`
    and `words` are those of the fast models where they are not given. Call it in the transaction
    that carries it out.
    """
    if verdict.rule is None:
        return None
    text = comment or post
    if verdict.kind == Rule.Kind.NUDITY:
        model_version, words = str(text.insights["nudity"].get("model", "")), []
    elif model_version is None:
        model_version = str(text.insights.get("model", ""))
        words = list(text_drivers(text.content, kind=verdict.kind, limit=_MOST_WORDS))
    words = words or []
    case = verdict_flag(verdict, about=text, words=words, at=at)
    grounds = verdict.grounds(model_version=model_version, words=words, case_id=case.pk)
    decision = decision_record(
        action=_ACTIONS[Rule.Action(verdict.rule.action)],
        post=post,
        comment=comment,
        reason=verdict.reason,
        at=at,
        grounds=grounds,
    )
    if verdict.suspends:
        account_suspend(
            account_id=text.author_id,
            moderator_id=None,
            reason=verdict.reason,
            at=at,
            grounds=grounds,
        )
    # Last: it finds the account shut, for the rule's reason.
    if decision.action == Decision.Action.HIDE:
        strike_give(decision=decision)
    return decision


def verdict_flag(
    verdict: Verdict, *, about: Post | Comment, at: datetime, words: Sequence[str] = ()
) -> Case:
    """Put the verdict before the moderators: in the open case of the text, or a new one."""
    assert verdict.rule is not None
    flag = {
        "rule": verdict.rule.code,
        "action": verdict.rule.action,
        "scores": dict(verdict.scores),
        "words": list(words),
    }
    return case_flag(about=about, flags=[flag], at=at)


def release_record(
    *,
    post: Post,
    reason: str,
    at: datetime,
    comment: Comment | None = None,
    is_reach: bool = False,
    model_version: str = "",
) -> Decision:
    """Record that the policy lets out what it took down before, or lets it reach everybody.

    The strike that it gave is lifted, and the suspension that came with it ended.
    """
    action = Decision.Action.RESTORE_REACH if is_reach else Decision.Action.RESTORE
    decision = decision_record(
        action=action,
        post=post,
        comment=comment,
        reason=reason,
        at=at,
        grounds=Grounds(model_version=model_version[:64]),
    )
    if decision.reverses_id is not None:
        strike_lift(decision_id=decision.reverses_id, moderator_id=None, at=at)
        ruled_suspension_end(
            lifted_id=decision.reverses_id, moderator_id=None, reason=reason, at=at
        )
    return decision


def verdict_row(
    verdict: Verdict,
    insights: Mapping[str, Any],
    *,
    account_id: int,
    post_id: int,
    at: datetime,
    comment_id: int | None = None,
) -> tuple[Any, ...]:
    """Return the decision as a row of VERDICT_COLUMNS, for who writes thousands, and flag the text.

    Without the words that drove it, which cost more to find than the scores did, and without a
    strike.
    """
    assert verdict.rule is not None
    text: Post | Comment = Post(pk=post_id, author_id=account_id)
    if comment_id is not None:
        text = Comment(pk=comment_id, post_id=post_id, author_id=account_id)
    case = verdict_flag(verdict, about=text, at=at)
    version = str(insights.get("model", ""))
    grounds = verdict.grounds(model_version=version, words=[], case_id=case.pk)
    action = _ACTIONS[Rule.Action(verdict.rule.action)]
    about = Decision.About.POST if comment_id is None else Decision.About.COMMENT
    return (
        *(account_id, about, post_id, comment_id, action, verdict.reason, grounds.rule_code),
        *(
            grounds.rule_text,
            grounds.policy_id,
            case.pk,
            True,
            grounds.model_version,
            grounds.facts,
            at,
        ),
    )
