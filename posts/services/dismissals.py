"""Asking for less like a post, and taking that back. The only writer of Dismissal."""

from datetime import datetime

from django.db import IntegrityError, transaction

from analytics.models import Event
from analytics.services import event_record
from posts.models import Dismissal, Post
from posts.services.facts import facts_of
from posts.services.fragments import cards_forget
from posts.services.posts import PostNotFound


@transaction.atomic
def dismissal_add(*, post_id: int, user_id: int, at: datetime) -> bool:
    """Keep the post out of the account's feeds, and return whether that was news.

    Calling it again changes nothing: the unique constraint decides.

    :raises PostNotFound: if the account may not see the post.
    """
    post = _visible(post_id, user_id)
    try:
        _, is_new = Dismissal.objects.get_or_create(
            post_id=post_id, user_id=user_id, defaults={"dismissed_at": at}
        )
    except IntegrityError:
        # Another call's was in the way, and is taken back already: that came after this.
        is_new = False
    if is_new:
        _told(Event.Kind.DISMISSED, post, user_id, at)
    return is_new


@transaction.atomic
def dismissal_remove(*, post_id: int, user_id: int, at: datetime) -> bool:
    """Let the post into the account's feeds again, and return whether it was kept out.

    :raises PostNotFound: if the account may not see the post.
    """
    post = _visible(post_id, user_id)
    deleted, _ = Dismissal.objects.filter(post_id=post_id, user_id=user_id).delete()
    if deleted:
        _told(Event.Kind.UNDISMISSED, post, user_id, at)
    return bool(deleted)


def _visible(post_id: int, user_id: int) -> Post:
    post = Post.objects.visible_to(user_id).filter(pk=post_id).first()
    if post is None:
        raise PostNotFound(f"There is no post {post_id}.")
    return post


def _told(kind: Event.Kind, post: Post, user_id: int, at: datetime) -> None:
    event_record(kind=kind, actor_id=user_id, post_id=post.pk, at=at, facts=facts_of(post))
    cards_forget([], also=[f"dismissed:{user_id}"])
