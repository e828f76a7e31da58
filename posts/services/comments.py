"""Commenting, and taking comments away. The only writer of comment_count and reply_count.

Both count comments that are visible and not deleted. Every service here locks the post before
any comment of it, so that two of them never wait for each other.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from analytics.models import Event
from analytics.services import event_record
from posts.models import Comment, CommentQuerySet, Post, Rule
from posts.services.cases import cases_moot
from posts.services.facts import facts_of
from posts.services.fragments import cards_forget
from posts.services.policy import policy_live
from posts.services.posts import PostNotFound
from posts.services.scoring import text_score
from posts.services.verdicts import author_is_newcomer, verdict_record
from socialml.core.errors import Forbidden, Invalid, NotFound
from socialml.core.queue import enqueue

DEEPEST = 8


class CommentNotFound(NotFound):
    """There is no such comment, or the asker may not know of it."""


class CommentTooDeep(Invalid):
    """A reply would stand deeper than DEEPEST levels below a post's own comments."""

    code = "comment_too_deep"


class NotTheirComment(Forbidden):
    """Only its author, or the post's author, may delete a comment."""


def comment_add(
    *, post_id: int, author_id: int, content: str, at: datetime, parent_id: int | None = None
) -> Comment:
    """Comment on the post, or reply to `parent_id`, and return the comment.

    One that the live policy holds or removes is seen by its author alone.

    :raises PostNotFound: if the account may not see the post.
    :raises CommentNotFound: if the parent is not on that post or not for the account to see.
    :raises CommentTooDeep: if the reply would be more than DEEPEST levels down.
    """
    score, policy = text_score(content), policy_live()
    with transaction.atomic():
        post = _visible_post_lock(post_id, author_id)
        parent = _parent(post_id, parent_id, author_id)
        is_new = author_is_newcomer(policy, author_id, at=at)
        verdict = policy.judge(score.insights, about=Rule.About.COMMENTS, is_newcomer=is_new)
        comment = Comment.objects.create(
            post=post,
            author_id=author_id,
            parent=parent,
            depth=parent.depth + 1 if parent else 0,
            content=content,
            language=score.language,
            insights=score.insights,
            moderation=verdict.moderation,
            moderation_reason=verdict.reason,
            commented_at=at,
        )
        _comment_log(Event.Kind.COMMENTED, comment, post, actor_id=author_id, at=at)
        verdict_record(verdict, post=post, comment=comment, at=at)
        if verdict.is_out:
            comment_count_shift(comment, by=1)
        enqueue("posts.tasks.text_revise", comment_id=comment.pk)
    return comment


def comment_delete(*, post_id: int, comment_id: int, actor_id: int, at: datetime) -> None:
    """Delete the comment; one with replies leaves an empty place that keeps them.

    :raises CommentNotFound: if it is gone or not for the account to see.
    :raises NotTheirComment: if neither the comment nor the post is the account's.
    """
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
        comment = _known_to(actor_id).filter(pk=comment_id, post_id=post_id).first()
        if post is None or comment is None:
            raise CommentNotFound(f"There is no comment {comment_id} on post {post_id}.")
        if actor_id not in (comment.author_id, post.author_id):
            raise NotTheirComment("Only its author, or the post's author, may delete a comment.")
        _comment_log(Event.Kind.COMMENT_DELETED, comment, post, actor_id=actor_id, at=at)
        if comment.moderation == Comment.Moderation.VISIBLE:
            comment_count_shift(comment, by=-1)
        cases_moot(comment_id=comment_id, at=at)
        Comment.objects.filter(pk=comment_id).update(
            content="", insights={}, language="", deleted_at=at
        )
        _places_prune(comment)


def comment_count_shift(comment: Comment, *, by: int) -> None:
    """Add `by` to the counts of the comment's post and parent. The post must be locked."""
    Post.objects.filter(pk=comment.post_id).update(comment_count=F("comment_count") + by)
    if comment.parent_id is not None:
        Comment.objects.filter(pk=comment.parent_id).update(reply_count=F("reply_count") + by)
    cards_forget([comment.post_id])


def _visible_post_lock(post_id: int, viewer_id: int) -> Post:
    visible = Post.objects.visible_to(viewer_id).filter(pk=post_id)
    post = visible.select_for_update(of=("self",), no_key=True).first()
    if post is None:
        raise PostNotFound(f"There is no post {post_id}.")
    return post


def _parent(post_id: int, parent_id: int | None, viewer_id: int) -> Comment | None:
    if parent_id is None:
        return None
    visible = Comment.objects.visible_to(viewer_id).filter(pk=parent_id, post_id=post_id)
    parent = visible.first()
    if parent is None:
        raise CommentNotFound(f"There is no comment {parent_id} on post {post_id}.")
    if parent.depth >= DEEPEST:
        text = f"Replies go {DEEPEST} levels deep: answer the comment above."
        raise CommentTooDeep(text, fields={"parent": [text]})
    return parent


def _known_to(actor_id: int) -> CommentQuerySet:
    """Keep one's own comments, and others' that one may read under posts that one may see."""
    seen = Post.objects.visible_to(actor_id).filter(pk=OuterRef("post_id"))
    return Comment.objects.visible_to(actor_id).filter(Q(author_id=actor_id) | Q(Exists(seen)))


def _places_prune(comment: Comment) -> None:
    """Delete the emptied comment, and each empty place above it, as far as nothing hangs on it."""
    place: Comment | None = comment
    while place is not None:
        if Comment.objects.filter(parent_id=place.pk).exists():
            return
        above = Comment.objects.filter(replies=place.pk).exclude(deleted_at=None).first()
        Comment.objects.filter(pk=place.pk).delete()
        place = above


def _comment_log(
    kind: Event.Kind, comment: Comment, post: Post, *, actor_id: int, at: datetime
) -> None:
    event_record(
        kind=kind,
        actor_id=actor_id,
        post_id=post.pk,
        comment_id=comment.pk,
        at=at,
        facts=facts_of(post),
    )
