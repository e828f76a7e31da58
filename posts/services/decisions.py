"""The record of what was decided about a text. The only writer of Decision.

Each decision is also an event, so that what counts the log can leave out what was taken down.
"""

from datetime import datetime

from analytics.models import Event
from analytics.services import event_record
from posts.models import Comment, Decision, Post
from posts.services.facts import facts_of

_EVENTS = {
    Decision.Action.HOLD: Event.Kind.HIDDEN,
    Decision.Action.HIDE: Event.Kind.HIDDEN,
    Decision.Action.RESTORE: Event.Kind.RESTORED,
}
_LONGEST_REASON = 200


def hold_record(
    *, post: Post, reason: str, at: datetime, comment: Comment | None = None
) -> Decision:
    """Record that the model held the post, or the comment on it."""
    return decision_record(
        action=Decision.Action.HOLD, post=post, comment=comment, reason=reason, at=at
    )


def release_record(*, post: Post, reason: str, at: datetime) -> Decision:
    """Record that the model lets the post out after an edit."""
    return decision_record(action=Decision.Action.RESTORE, post=post, reason=reason, at=at)


def decision_record(
    *,
    action: Decision.Action,
    post: Post,
    reason: str,
    at: datetime,
    comment: Comment | None = None,
    moderator_id: int | None = None,
) -> Decision:
    """Record a decision about `comment`, or about `post` where there is no comment, and log it.

    Without a moderator it is the model's own. Call it in the transaction that carries it out.
    """
    decision = Decision.objects.create(
        account_id=comment.author_id if comment else post.author_id,
        post=post,
        comment=comment,
        action=action,
        reason=reason[:_LONGEST_REASON],
        is_automated=moderator_id is None,
        moderator_id=moderator_id,
        decided_at=at,
    )
    event_record(
        kind=_EVENTS[action],
        actor_id=moderator_id,
        post_id=post.pk,
        comment_id=comment.pk if comment else None,
        at=at,
        facts=facts_of(post),
    )
    return decision


def account_decision_record(
    *, account_id: int, moderator_id: int, reason: str, at: datetime, is_suspended: bool
) -> Decision:
    """Record that a moderator suspended the account, or reinstated it."""
    action = Decision.Action.SUSPEND if is_suspended else Decision.Action.REINSTATE
    return Decision.objects.create(
        account_id=account_id,
        action=action,
        reason=reason[:_LONGEST_REASON],
        moderator_id=moderator_id,
        decided_at=at,
    )
