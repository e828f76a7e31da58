"""What moderators decide about posts, comments and accounts."""

from datetime import datetime

from django.db import transaction

from posts.models import Comment, Decision, Post
from posts.services.comments import CommentNotFound, comment_count_shift
from posts.services.decisions import decision_record
from posts.services.fragments import cards_forget
from posts.services.posts import PostNotFound, post_count_shift
from socialml.core.queue import enqueue


@transaction.atomic
def post_hide(*, post_id: int, moderator_id: int, reason: str, at: datetime) -> bool:
    """Take the post down: its author alone sees it. Returns whether that was news.

    :raises PostNotFound: if there is no such post, or its video is still processing.
    """
    return _post_move(
        post_id, to=Post.Moderation.HIDDEN, moderator_id=moderator_id, reason=reason, at=at
    )


@transaction.atomic
def post_restore(*, post_id: int, moderator_id: int, reason: str, at: datetime) -> bool:
    """Let a held or hidden post out again. Returns whether that was news.

    :raises PostNotFound: if there is no such post, or its video is still processing.
    """
    return _post_move(
        post_id, to=Post.Moderation.VISIBLE, moderator_id=moderator_id, reason=reason, at=at
    )


@transaction.atomic
def comment_hide(*, comment_id: int, moderator_id: int, reason: str, at: datetime) -> bool:
    """Take the comment down: its author alone sees it. Returns whether that was news.

    :raises CommentNotFound: if there is no such comment.
    """
    return _comment_move(
        comment_id, to=Comment.Moderation.HIDDEN, moderator_id=moderator_id, reason=reason, at=at
    )


@transaction.atomic
def comment_restore(*, comment_id: int, moderator_id: int, reason: str, at: datetime) -> bool:
    """Let a held or hidden comment out again. Returns whether that was news.

    :raises CommentNotFound: if there is no such comment.
    """
    return _comment_move(
        comment_id, to=Comment.Moderation.VISIBLE, moderator_id=moderator_id, reason=reason, at=at
    )


def _post_move(
    post_id: int, *, to: Post.Moderation, moderator_id: int, reason: str, at: datetime
) -> bool:
    post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
    if post is None or post.moderation == Post.Moderation.PROCESSING:
        raise PostNotFound(f"There is no post {post_id} to decide on.")
    if post.moderation == to:
        return False
    was_out, is_out = post.moderation == Post.Moderation.VISIBLE, to == Post.Moderation.VISIBLE
    Post.objects.filter(pk=post_id).update(
        moderation=to, moderation_reason="" if is_out else reason[:200]
    )
    if was_out != is_out:
        post_count_shift(post.author_id, by=1 if is_out else -1)
    decision_record(
        action=Decision.Action.RESTORE if is_out else Decision.Action.HIDE,
        post=post,
        moderator_id=moderator_id,
        reason=reason,
        at=at,
    )
    cards_forget([post_id])
    if is_out:
        enqueue("posts.tasks.post_entered", post_id=post_id)
    return True


def _comment_move(
    comment_id: int, *, to: Comment.Moderation, moderator_id: int, reason: str, at: datetime
) -> bool:
    place = Comment.objects.filter(pk=comment_id, deleted_at=None).values_list("post_id").first()
    # The post first, as every service of comments does.
    post = Post.objects.select_for_update(no_key=True).filter(pk=place[0] if place else 0).first()
    comment = Comment.objects.filter(pk=comment_id, deleted_at=None).first()
    if post is None or comment is None:
        raise CommentNotFound(f"There is no comment {comment_id} to decide on.")
    if comment.moderation == to:
        return False
    was_out = comment.moderation == Comment.Moderation.VISIBLE
    is_out = to == Comment.Moderation.VISIBLE
    Comment.objects.filter(pk=comment_id).update(
        moderation=to, moderation_reason="" if is_out else reason[:200]
    )
    if was_out != is_out:
        comment_count_shift(comment, by=1 if is_out else -1)
    decision_record(
        action=Decision.Action.RESTORE if is_out else Decision.Action.HIDE,
        post=post,
        comment=comment,
        moderator_id=moderator_id,
        reason=reason,
        at=at,
    )
    return True
