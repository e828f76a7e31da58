"""Publishing, changing and deleting posts. The only writer of User.post_count.

An account's post_count counts its posts that are out (Post.Moderation.VISIBLE).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from analytics.models import Event
from analytics.services import event_record
from posts.models import Post
from posts.services.decisions import hold_record, release_record
from posts.services.facts import facts_of
from posts.services.fragments import cards_forget, fragment_write
from posts.services.hashtags import hashtags_merge, hashtags_write
from posts.services.scoring import TextScore, text_score
from profiles.models import User
from profiles.services import AccountGone
from socialml.core.errors import Forbidden, NotFound
from socialml.core.queue import enqueue
from socialml.core.text import hashtags_of

_EDITED = [
    "content",
    "category",
    "hashtags",
    "language",
    "insights",
    "sentiment",
    "moderation",
    "moderation_reason",
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

    Without `moderation` a text at or above SOCIALML_HOLD_ABOVE_TOXICITY is held: its author alone
    sees it until a moderator restores it. A post made as PROCESSING is out, and in the log, only
    after `post_publish`.

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
    if moderation is None:
        _judge(post)
    else:
        post.moderation = moderation
    with transaction.atomic():
        if not User.objects.active().filter(pk=author_id).exists():
            raise AccountGone("This account is closed.")
        post.save(force_insert=True)
        hashtags_write(post_id=post.pk, names=names)
        fragment_write([post.pk])
        if post.moderation != Post.Moderation.PROCESSING:
            _post_enter(post, at=at)
    return post


def post_publish(*, post_id: int, media: dict[str, Any], at: datetime) -> Post | None:
    """Bring out a post that was PROCESSING, held where its text is too toxic.

    Returns the post, or None if it is gone or was out already: calling it again changes nothing.
    """
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
        if post is None or post.moderation != Post.Moderation.PROCESSING:
            return None
        post.media, post.published_at = media, at
        _judge(post)
        post.save(update_fields=["moderation", "moderation_reason", "media", "published_at"])
        fragment_write([post.pk])
        _post_enter(post, at=at)
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

    A text that became too toxic is held; one that the model held and that no longer is comes
    out. What a moderator hid stays hidden. Hashtags given beside the old content stay unless
    `hashtags` replaces them.

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
            _rejudge(post, at=at)
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


def post_count_shift(author_id: int, *, by: int) -> None:
    """Add `by` to the account's count of posts that are out. Call it after updating the post."""
    User.objects.filter(pk=author_id).update(post_count=F("post_count") + by)


def _post_enter(post: Post, *, at: datetime) -> None:
    """Count and log a post that has just come out or was just held."""
    event_record(
        kind=Event.Kind.POSTED,
        actor_id=post.author_id,
        post_id=post.pk,
        at=at,
        facts=facts_of(post),
    )
    if post.moderation == Post.Moderation.HELD:
        hold_record(post=post, reason=post.moderation_reason, at=at)
    if post.moderation == Post.Moderation.VISIBLE:
        post_count_shift(post.author_id, by=1)
        enqueue("posts.tasks.post_entered", post_id=post.pk)


def _judge(post: Post) -> None:
    score = TextScore(post.insights)
    post.moderation = Post.Moderation.HELD if score.is_held else Post.Moderation.VISIBLE
    post.moderation_reason = score.hold_reason if score.is_held else ""


def _rejudge(post: Post, *, at: datetime) -> None:
    """Judge the edited post again, unless a moderator hid it or its video is processing."""
    before = post.moderation
    if before not in (Post.Moderation.VISIBLE, Post.Moderation.HELD):
        return
    _judge(post)
    if post.moderation == before:
        return
    if post.moderation == Post.Moderation.HELD:
        post_count_shift(post.author_id, by=-1)
        hold_record(post=post, reason=post.moderation_reason, at=at)
    else:
        post_count_shift(post.author_id, by=1)
        release_record(post=post, reason="Edited: the text is no longer held.", at=at)


def _own_post_lock(post_id: int, author_id: int) -> Post:
    post = Post.objects.select_for_update().filter(pk=post_id, author_id=author_id).first()
    if post is not None:
        return post
    if Post.objects.visible_to(author_id).filter(pk=post_id).exists():
        raise NotTheAuthor("Only its author may change or delete a post.")
    raise PostNotFound(f"There is no post {post_id}.")


def _score_apply(post: Post, score: TextScore) -> None:
    post.insights, post.language, post.sentiment = score.insights, score.language, score.sentiment


def _beside(post: Post) -> list[str]:
    """Return the hashtags that were given beside the content."""
    inside = set(hashtags_of(post.content))
    return [name for name in post.hashtags if name not in inside]
