"""Publishing, changing and deleting posts.

An account's post_count counts its posts that are out (Post.Moderation.VISIBLE).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from analytics.models import Event
from analytics.services import event_record
from posts.models import Post, Rule
from posts.services.cases import cases_moot
from posts.services.counts import post_count_shift
from posts.services.facts import facts_of
from posts.services.fragments import cards_forget, fragment_write
from posts.services.hashtags import hashtags_merge, hashtags_write
from posts.services.policy import Verdict, policy_live
from posts.services.scoring import TextScore, text_score
from posts.services.standing import (
    JUDGED,
    is_held_back_by_slower,
    post_judge,
    verdict_apply,
    verdict_follow,
)
from posts.services.verdicts import (
    is_newcomer,
    verdict_record,
)
from profiles.models import User
from profiles.services import AccountGone
from socialml.core.errors import Forbidden, NotFound
from socialml.core.queue import enqueue
from socialml.core.text import hashtags_of

_OF_THE_VIDEO = ("nudity",)
_EDITED_FINE = "Edited: the new text breaks no rule."
_EDITED = [
    "content",
    "category",
    "hashtags",
    "language",
    "insights",
    "sentiment",
    *JUDGED,
    "edited_at",
]


class PostNotFound(NotFound):
    """There is no such post, or the asker may not know of it."""


class NotTheAuthor(Forbidden):
    """Only its author may change or delete a post."""


def post_create(
    *,
    author_id: int,
    content: str,
    at: datetime,
    kind: str = Post.Kind.POST,
    category: str = "",
    hashtags: Sequence[str] = (),
    moderation: str | None = None,
    published_at: datetime | None = None,
) -> Post:
    """Publish a post, scored before anybody else sees it, and return it.

    Without `moderation` the live policy says whether it is out, reaches everybody, is held (its
    author alone sees it until a moderator restores it), or is removed. A post made as PROCESSING
    is out, and in the log, only after `post_publish`.

    :raises TooManyHashtags: if content and `hashtags` together name too many.
    :raises InvalidHashtag: if one of `hashtags` is none.
    :raises AccountGone: if the account is suspended or erased.
    """
    names = hashtags_merge(content, hashtags)
    score = text_score(content)
    post = Post(
        author_id=author_id,
        kind=kind,
        content=content,
        category=category,
        hashtags=names,
        published_at=published_at or at,
    )
    _score_apply(post, score)
    policy = policy_live()
    with transaction.atomic():
        author = User.objects.active().filter(pk=author_id)
        joined_at = author.values_list("joined_at", flat=True).first()
        if joined_at is None:
            raise AccountGone("This account is closed.")
        verdict = Verdict()
        if moderation is None:
            is_new = is_newcomer(joined_at, at=at)
            verdict = policy.judge(post.insights, about=Rule.About.POSTS, is_newcomer=is_new)
        verdict_apply(post, verdict)
        post.moderation = moderation or post.moderation
        post.save(force_insert=True)
        hashtags_write(post_id=post.pk, names=names)
        fragment_write([post.pk])
        if post.moderation != Post.Moderation.PROCESSING:
            _post_enter(post, verdict, at=at)
    return post


def post_publish(*, post_id: int, media: dict[str, Any], at: datetime) -> Post | None:
    """Bring out a post that was PROCESSING, as far as the live policy lets it.

    Returns the post, or None if it is gone or was out already: calling it again changes nothing.
    """
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
        if post is None or post.moderation != Post.Moderation.PROCESSING:
            return None
        post.media, post.published_at = media, at
        verdict = post_judge(post, at=at)
        verdict_apply(post, verdict)
        post.save(update_fields=[*JUDGED, "media", "published_at"])
        fragment_write([post.pk])
        _post_enter(post, verdict, at=at)
    return post


def post_update(
    *,
    post_id: int,
    author_id: int,
    at: datetime,
    content: str | None = None,
    category: str | None = None,
    hashtags: Sequence[str] | None = None,
) -> Post:
    """Change what is given, score the text again, and return the post.

    The live policy judges the new text: one that it held, and no longer does, comes out. What a
    slower model held back stays so until that has read the new text, and what was removed stays
    removed. Hashtags given beside the old content stay unless `hashtags` replaces
    them.

    :raises PostNotFound: if the asker may not see the post.
    :raises NotTheAuthor: if it is another's.
    """
    score = None if content is None else text_score(content)
    with transaction.atomic():
        post = _own_post_lock(post_id, author_id)
        before = (post.content, post.category, post.hashtags)
        given = _beside(post) if hashtags is None else hashtags
        if content is not None:
            post.content = content
        if category is not None:
            post.category = category
        post.hashtags = hashtags_merge(post.content, given)
        if (post.content, post.category, post.hashtags) == before:
            return post
        post.edited_at = at
        if score is not None:
            _score_apply(post, score)
            verdict = post_judge(post, at=at)
            if not (verdict.is_out and is_held_back_by_slower(post)):
                verdict_follow(post, verdict, lifted=_EDITED_FINE, at=at)
            _revision_want(post)
        post.save(update_fields=_EDITED)
        hashtags_write(post_id=post.pk, names=post.hashtags)
        fragment_write([post.pk])
    return post


def post_delete(*, post_id: int, author_id: int, at: datetime) -> None:
    """Delete the post with all that hangs on it; the event log keeps its events.

    :raises PostNotFound: if the asker may not see the post.
    :raises NotTheAuthor: if it is another's.
    """
    with transaction.atomic():
        post = _own_post_lock(post_id, author_id)
        facts = facts_of(post)
        cases_moot(post_ids=[post_id], at=at)
        post.delete()
        if post.moderation == Post.Moderation.VISIBLE:
            post_count_shift(author_id, by=-1)
        if post.moderation != Post.Moderation.PROCESSING:
            event_record(
                kind=Event.Kind.POST_DELETED,
                actor_id=author_id,
                post_id=post_id,
                at=at,
                facts=facts,
            )
        cards_forget([post_id])


def _post_enter(post: Post, verdict: Verdict, *, at: datetime) -> None:
    """Count and log a post that has just come out, or was just held or removed."""
    event_record(
        kind=Event.Kind.POSTED,
        actor_id=post.author_id,
        post_id=post.pk,
        at=at,
        facts=facts_of(post),
    )
    verdict_record(verdict, post=post, at=at)
    if post.moderation == Post.Moderation.VISIBLE:
        post_count_shift(post.author_id, by=1)
        enqueue("posts.tasks.post_entered", post_id=post.pk)
    _revision_want(post)


def _revision_want(post: Post) -> None:
    if post.content.strip():
        enqueue("posts.tasks.text_revise", post_id=post.pk)


def _own_post_lock(post_id: int, author_id: int) -> Post:
    post = Post.objects.select_for_update().filter(pk=post_id, author_id=author_id).first()
    if post is not None:
        return post
    if Post.objects.visible_to(author_id).filter(pk=post_id).exists():
        raise NotTheAuthor("Only its author may change or delete a post.")
    raise PostNotFound(f"There is no post {post_id}.")


def _score_apply(post: Post, score: TextScore) -> None:
    # What was seen in its video stays when the words beside it change.
    seen = {name: post.insights[name] for name in _OF_THE_VIDEO if name in post.insights}
    post.insights = {**score.insights, **seen}
    post.language, post.sentiment = score.language, score.sentiment


def _beside(post: Post) -> list[str]:
    """Return the hashtags that were given beside the content."""
    inside = set(hashtags_of(post.content))
    return [name for name in post.hashtags if name not in inside]
