"""What moderators decide about posts, comments and accounts.

What a rule did and a moderator does again is the moderator's from then on.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from posts.models import Comment, Decision, Post
from posts.services.accounts import ruled_suspension_end
from posts.services.comments import CommentNotFound, comment_count_shift
from posts.services.counts import post_count_shift
from posts.services.decisions import NO_GROUNDS, Grounds, decision_record, ruled
from posts.services.fragments import cards_forget
from posts.services.posts import PostNotFound
from posts.services.strikes import strike_give, strike_lift, strike_pass
from socialml.core.queue import enqueue


@transaction.atomic
def post_hide(
    *, post_id: int, moderator_id: int, reason: str, at: datetime, grounds: Grounds = NO_GROUNDS
) -> bool:
    """Take the post down: its author alone sees it. Returns whether that was news.

    :raises PostNotFound: if there is no such post, or its video is still processing.
    """
    by = _Ruling(moderator_id, reason, at, grounds)
    return _post_move(post_id, to=Post.Moderation.HIDDEN, by=by)


@transaction.atomic
def post_restore(
    *, post_id: int, moderator_id: int, reason: str, at: datetime, grounds: Grounds = NO_GROUNDS
) -> bool:
    """Let a held or hidden post out again. Returns whether that was news.

    :raises PostNotFound: if there is no such post, or its video is still processing.
    """
    by = _Ruling(moderator_id, reason, at, grounds)
    return _post_move(post_id, to=Post.Moderation.VISIBLE, by=by)


@transaction.atomic
def comment_hide(
    *, comment_id: int, moderator_id: int, reason: str, at: datetime, grounds: Grounds = NO_GROUNDS
) -> bool:
    """Take the comment down: its author alone sees it. Returns whether that was news.

    :raises CommentNotFound: if there is no such comment.
    """
    by = _Ruling(moderator_id, reason, at, grounds)
    return _comment_move(comment_id, to=Comment.Moderation.HIDDEN, by=by)


@transaction.atomic
def comment_restore(
    *, comment_id: int, moderator_id: int, reason: str, at: datetime, grounds: Grounds = NO_GROUNDS
) -> bool:
    """Let a held or hidden comment out again. Returns whether that was news.

    :raises CommentNotFound: if there is no such comment.
    """
    by = _Ruling(moderator_id, reason, at, grounds)
    return _comment_move(comment_id, to=Comment.Moderation.VISIBLE, by=by)


@transaction.atomic
def post_reduce(
    *, post_id: int, moderator_id: int, reason: str, at: datetime, grounds: Grounds = NO_GROUNDS
) -> bool:
    """Offer the post to its author's followers alone. Returns whether that was news.

    :raises PostNotFound: if there is no such post, or its video is still processing.
    """
    by = _Ruling(moderator_id, reason, at, grounds)
    return _reach_move(post_id, is_reduced=True, by=by)


@transaction.atomic
def post_restore_reach(
    *, post_id: int, moderator_id: int, reason: str, at: datetime, grounds: Grounds = NO_GROUNDS
) -> bool:
    """Offer a reduced post to everybody again. Returns whether that was news.

    :raises PostNotFound: if there is no such post, or its video is still processing.
    """
    by = _Ruling(moderator_id, reason, at, grounds)
    return _reach_move(post_id, is_reduced=False, by=by)


@dataclass(frozen=True, slots=True)
class _Ruling:
    moderator_id: int
    reason: str
    at: datetime
    grounds: Grounds

    def record_move(self, post: Post, comment: Comment | None = None, *, is_out: bool) -> None:
        """Record that the text is out or taken down, with the strike that it gives or lifts.

        With a removal by a rule ends the suspension that came with it.
        """
        if not is_out:
            strike_give(decision=self.record(Decision.Action.HIDE, post, comment))
            return
        decision = self.record(Decision.Action.RESTORE, post, comment)
        if decision.reverses_id is not None:
            strike_lift(
                decision_id=decision.reverses_id, moderator_id=self.moderator_id, at=self.at
            )
            ruled_suspension_end(
                lifted_id=decision.reverses_id,
                moderator_id=self.moderator_id,
                reason=self.reason,
                at=self.at,
            )

    def confirm(self, action: Decision.Action, post: Post, comment: Comment | None = None) -> bool:
        """Take the place of the rule's decision to do so; return whether one held."""
        before = ruled(action, post=post, comment=comment)
        if before is None:
            return False
        strike_pass(from_id=before.pk, to=self.record(action, post, comment))
        if action == Decision.Action.HIDE:
            text = comment or post
            text.moderation_reason = self.reason[:200]
            text.save(update_fields=["moderation_reason"])
        return True

    def record(
        self, action: Decision.Action, post: Post, comment: Comment | None = None
    ) -> Decision:
        return decision_record(
            action=action,
            post=post,
            comment=comment,
            moderator_id=self.moderator_id,
            reason=self.reason,
            at=self.at,
            grounds=self.grounds,
        )


def _post_move(post_id: int, *, to: Post.Moderation, by: _Ruling) -> bool:
    post = _post_lock(post_id)
    if post.moderation == to:
        return to == Post.Moderation.HIDDEN and by.confirm(Decision.Action.HIDE, post)
    was_out, is_out = post.moderation == Post.Moderation.VISIBLE, to == Post.Moderation.VISIBLE
    Post.objects.filter(pk=post_id).update(
        moderation=to, moderation_reason="" if is_out else by.reason[:200]
    )
    if was_out != is_out:
        post_count_shift(post.author_id, by=1 if is_out else -1)
    by.record_move(post, is_out=is_out)
    cards_forget([post_id])
    if is_out:
        enqueue("posts.tasks.post_entered", post_id=post_id)
    return True


def _reach_move(post_id: int, *, is_reduced: bool, by: _Ruling) -> bool:
    post = _post_lock(post_id)
    if post.is_reduced == is_reduced:
        return is_reduced and by.confirm(Decision.Action.REDUCE, post)
    Post.objects.filter(pk=post_id).update(is_reduced=is_reduced)
    by.record(Decision.Action.REDUCE if is_reduced else Decision.Action.RESTORE_REACH, post)
    cards_forget([post_id])
    return True


def _post_lock(post_id: int) -> Post:
    post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
    if post is None or post.moderation == Post.Moderation.PROCESSING:
        raise PostNotFound(f"There is no post {post_id} to decide on.")
    return post


def _comment_move(comment_id: int, *, to: Comment.Moderation, by: _Ruling) -> bool:
    place = Comment.objects.filter(pk=comment_id, deleted_at=None).values_list("post_id").first()
    # The post first, as every service of comments does.
    post = Post.objects.select_for_update(no_key=True).filter(pk=place[0] if place else 0).first()
    comment = Comment.objects.filter(pk=comment_id, deleted_at=None).first()
    if post is None or comment is None:
        raise CommentNotFound(f"There is no comment {comment_id} to decide on.")
    if comment.moderation == to:
        return to == Comment.Moderation.HIDDEN and by.confirm(Decision.Action.HIDE, post, comment)
    was_out = comment.moderation == Comment.Moderation.VISIBLE
    is_out = to == Comment.Moderation.VISIBLE
    Comment.objects.filter(pk=comment_id).update(
        moderation=to, moderation_reason="" if is_out else by.reason[:200]
    )
    if was_out != is_out:
        comment_count_shift(comment, by=1 if is_out else -1)
    by.record_move(post, comment, is_out=is_out)
    return True
