"""Sharing. The only writer of Share and of Post.share_count."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from analytics.models import Event
from analytics.services import event_record
from posts.models import Post, Share
from posts.services.facts import facts_of
from posts.services.fragments import cards_forget
from posts.services.posts import PostNotFound


@transaction.atomic
def share_add(*, post_id: int, user_id: int, at: datetime) -> Share:
    """Record that the account shared the post; sharing again is another share.

    :raises PostNotFound: if the account may not see the post.
    """
    post = Post.objects.visible_to(user_id).filter(pk=post_id).first()
    if post is None:
        raise PostNotFound(f"There is no post {post_id}.")
    share = Share.objects.create(post=post, user_id=user_id, shared_at=at)
    Post.objects.filter(pk=post_id).update(share_count=F("share_count") + 1)
    event_record(
        kind=Event.Kind.SHARED, actor_id=user_id, post_id=post_id, at=at, facts=facts_of(post)
    )
    cards_forget([post_id])
    return share
