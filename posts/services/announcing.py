"""Letting the author's followers meet a new post."""

from datetime import datetime, timedelta

from analytics.models import Event
from posts.models import Post
from profiles.models import Follow
from socialml.core.queue import enqueue

# Followers seen within this are about to ask for their feed again; the others' slates are made
# anew when they come back.
ABOUT = timedelta(minutes=30)
MOST_FOLLOWERS = 100


def post_entered(*, post_id: int, at: datetime) -> int:
    """Have the feeds of followers who are about ranked anew, and return of how many.

    Nothing happens for a post that is gone or hidden by now. Safe to run twice.
    """
    post = Post.objects.published().filter(pk=post_id).first()
    if post is None:
        return 0
    followers = Follow.objects.accepted().filter(followed_id=post.author_id)
    acted = Event.objects.filter(
        actor_id__in=followers.values("follower_id"), recorded_at__gte=at - ABOUT
    )
    about = acted.order_by("actor_id").values_list("actor_id", flat=True).distinct()
    user_ids = list(about[:MOST_FOLLOWERS])
    for user_id in user_ids:
        enqueue("mlengine.tasks.account_refresh", key=f"account_refresh:{user_id}", user_id=user_id)
    return len(user_ids)
