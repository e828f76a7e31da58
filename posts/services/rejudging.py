"""The slow verdict: what better models, and those of its video, say of what is stored already."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from posts.models import Case, Comment, Decision, Post, Rule
from posts.services.cases import case_lapse
from posts.services.comments import comment_count_shift
from posts.services.decisions import decisions_of, ruled
from posts.services.fragments import fragment_write
from posts.services.policy import Verdict, policy_live
from posts.services.standing import verdict_follow
from posts.services.verdicts import author_is_newcomer, release_record, verdict_record
from socialml.core.queue import enqueue

_LIFTED = "Judged again by a better model: it breaks no rule."


def rejudge(
    *,
    insights: Mapping[str, Any],
    model_version: str,
    at: datetime,
    text: str | None = None,
    words: list[str] | None = None,
    post_id: int | None = None,
    comment_id: int | None = None,
) -> bool:
    """Judge a post, or a comment, by what a slower model says of it; return whether that moved it.

    `insights` replace those of the same name that are stored; `words` drove them. The live policy
    may so take down what the fast verdict let out, or let out what it took down, but what a
    moderator decided stays. What is gone, or was edited since and is no longer `text`, is left
    alone; without `text` the insights are of something else, and edits do not matter. What was
    removed, and edited since, stays removed, with its strike. A post that is not out yet keeps
    them, and is judged by them as it comes out. Calling it again changes nothing.
    """
    said = _Said(dict(insights), model_version, words or [], at)
    with transaction.atomic():
        if comment_id is not None:
            return said.of_comment(comment_id, text)
        return said.of_post(post_id or 0, text)


class _Said:
    def __init__(
        self, insights: dict[str, Any], model_version: str, words: list[str], at: datetime
    ) -> None:
        self._insights, self._version = insights, model_version
        self._words, self._at = words, at

    def of_post(self, post_id: int, text: str | None) -> bool:
        post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
        if post is None or text not in (None, post.content):
            return False
        before, post.insights = post.insights, {**post.insights, **self._insights}
        fields = ["insights"]
        if "sentiment" in self._insights:
            post.sentiment = str(self._insights["sentiment"]["label"])
            fields.append("sentiment")
        is_moved = False
        is_open = post.moderation != Post.Moderation.PROCESSING and not _is_moderated(post, None)
        # Rules may have changed since: what is not of the words moves the post by itself alone.
        if is_open and (text is not None or self._says_else(post, before)):
            is_moved = self._follow(post)
            fields += ["moderation", "moderation_reason", "is_reduced"]
        post.save(update_fields=fields)
        fragment_write([post.pk])
        return is_moved

    def _follow(self, post: Post) -> bool:
        verdict = self._judge(post.insights, post.author_id, Rule.About.POSTS)
        was_out = post.moderation == Post.Moderation.VISIBLE
        if post.moderation == Post.Moderation.HIDDEN:
            if not verdict.is_out or _is_edited_since_removal(post):
                return False
            # As if it were held: the model's own removal is the model's to take back.
            post.moderation = Post.Moderation.HELD
        is_moved = verdict_follow(
            post,
            verdict,
            lifted=_LIFTED,
            at=self._at,
            model_version=self._version,
            words=self._words,
        )
        if verdict.is_out and not was_out:
            enqueue("posts.tasks.post_entered", post_id=post.pk)
        return is_moved

    def _says_else(self, post: Post, before: dict[str, Any]) -> bool:
        said = [
            self._judge(insights, post.author_id, Rule.About.POSTS)
            for insights in (before, post.insights)
        ]
        return said[0].gravity != said[1].gravity

    def of_comment(self, comment_id: int, text: str | None) -> bool:
        place = Comment.objects.filter(pk=comment_id).values_list("post_id", flat=True).first()
        # The post first, as every service of comments does.
        post = Post.objects.select_for_update(no_key=True).filter(pk=place or 0).first()
        found = Comment.objects.filter(pk=comment_id, deleted_at=None, content=text)
        comment = found.first()
        if post is None or comment is None:
            return False
        comment.insights = {**comment.insights, **self._insights}
        comment.save(update_fields=["insights"])
        if _is_moderated(post, comment):
            return False
        verdict = self._judge(comment.insights, comment.author_id, Rule.About.COMMENTS)
        if verdict.moderation == comment.moderation:
            return False
        if comment.moderation == Comment.Moderation.HIDDEN and not verdict.is_out:
            return False
        was_out = comment.moderation == Comment.Moderation.VISIBLE
        comment.moderation, comment.moderation_reason = verdict.moderation, verdict.reason
        comment.save(update_fields=["moderation", "moderation_reason"])
        if was_out != verdict.is_out:
            comment_count_shift(comment, by=1 if verdict.is_out else -1)
        self._comment_record(verdict, post, comment)
        return True

    def _comment_record(self, verdict: Verdict, post: Post, comment: Comment) -> None:
        about: dict[str, Any] = {"post": post, "comment": comment, "at": self._at}
        if verdict.is_out:
            release_record(**about, reason=_LIFTED, model_version=self._version)
            case_lapse(about=comment, note=_LIFTED, at=self._at)
        else:
            verdict_record(verdict, **about, model_version=self._version, words=self._words)

    def _judge(self, insights: dict[str, Any], author_id: int, about: Rule.About) -> Verdict:
        policy = policy_live()
        is_new = author_is_newcomer(policy, author_id, at=self._at)
        return policy.judge(insights, about=about, is_newcomer=is_new)


def _is_edited_since_removal(post: Post) -> bool:
    """Whether another text stands there than the one removed, which nobody has found harmless."""
    removed = ruled(Decision.Action.HIDE, post=post)
    edited_at = post.edited_at
    return removed is not None and edited_at is not None and edited_at > removed.decided_at


def _is_moderated(post: Post, comment: Comment | None) -> bool:
    """Whether a moderator ever decided about it: then it is theirs.

    One that let the text stand as it was left no decision: the case of it says so, as long as the
    text is the one they read.
    """
    if decisions_of(post, comment).filter(is_automated=False).exists():
        return True
    about = Case.About.COMMENT if comment else Case.About.POST
    read = Case.objects.filter(state=Case.State.DECIDED, about=about, post=post, comment=comment)
    if comment is None and post.edited_at is not None:
        read = read.filter(decided_at__gte=post.edited_at)
    return read.exists()
