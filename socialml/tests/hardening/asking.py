"""Every operation asked by everybody, in a world where there is something to tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from analytics.models import AccountDay, AccountNetwork, DayRollup, Event, Rollup, Trend
from analytics.tests.factories import event_make
from mlengine.models import (
    AccountInsight,
    SeenPosts,
    Segment,
    SegmentFormation,
    SegmentMembership,
    SegmentSize,
)
from mlengine.tests.community import forecast_make
from posts.models import Comment, Decision, Dismissal, Post, Report, Share
from posts.tests.factories import (
    NOON,
    CommentFactory,
    FollowFactory,
    LikeFactory,
    PostFactory,
    SaveFactory,
)
from posts.tests.slates import slate_of
from profiles.models import Block, Follow, Mute, Preferences, User
from profiles.tests.factories import UserFactory, client_for
from reels.tests.clips import clip, upload
from socialml.core.redis import client as redis
from socialml.tests.hardening.conftest import World
from socialml.tests.hardening.operations import Operation, operations
from socialml.tests.hardening.valid import BODIES, RAW, valid_send

PASSWORD = "violet-otter-47"
# What an operation is asked beside its plain form: a query, or another body.
QUERIES = {
    "GET /api/profile": ["?user_id={user_id}", "?username=bob"],
    "GET /api/feed": ["?mode=following", "?mode=latest"],
    "GET /api/post": ["?author={user_id}"],
    "GET /api/recommendations": [
        f"?type={kind}" for kind in ("posts", "reels", "users", "hashtags")
    ],
    "GET /api/analytics/dashboard": ["?scope=platform", "?scope=creator&user_id={user_id}"],
    "GET /api/analytics/export": [
        "?table=days",
        "?table=posts",
        "?table=creators&scope=platform",
        "?table=segments&scope=platform",
        "?table=movement&scope=platform",
        "?table=models&scope=platform",
    ],
    "GET /api/analytics/live": ["?scope=platform"],
    "GET /api/post/{post_id}/comments": ["?parent={comment_id}"],
}
MORE_BODIES: dict[str, list[dict[str, Any]]] = {
    "POST /api/sentiment": [{"texts": ["What a day", "I hate this"]}],
    "POST /api/user-behavior": [
        {"events": [{"kind": "search", "query": "rivers"}, {"kind": "no"}]}
    ],
    "POST /api/auth/token": [{"username": "bob", "password": PASSWORD}],
}


@dataclass(frozen=True)
class Asked:
    """One answer, what was asked for it, and who got it."""

    operation: Operation
    query: str
    role: str
    response: Response

    def __str__(self) -> str:
        return f"{self.operation}{self.query} by {self.role}"


def everything(world: World) -> None:
    """Give Ann and Bob what there is to have, so that few answers are empty."""
    FollowFactory(follower=world.ann, followed=world.bob)
    Follow.objects.filter(follower=world.bob).update(state=Follow.State.ACCEPTED)
    FollowFactory(follower=UserFactory(), followed=world.bob, state=Follow.State.REQUESTED)
    for user, own in ((world.ann, world.of_ann), (world.bob, world.of_bob)):
        _belongings(user, own)
        _deeds(user)
    posts = list(Post.objects.select_related("author").order_by("pk"))
    for surface in ("feed", "reels"):
        for user in (world.ann, world.bob):
            slate_of(posts, audience_id=user.pk, surface=surface)
    trending = {
        "hashtag": "rivers",
        "category": "nature",
        "sound": str(world.of_bob["sound_id"]),
        "post": str(posts[0].pk),
    }
    for kind, name in trending.items():
        evidence = {"examples": [posts[0].pk], "since": str(NOON), "until": str(NOON)}
        Trend.objects.create(
            kind=kind, name=name, rank=1, score=9.0, evidence=evidence, computed_at=NOON
        )


def _belongings(user: User, own: dict[str, int]) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    User.objects.filter(pk=user.pk).update(follower_count=1, following_count=1)
    post = Post.objects.get(pk=own["post_id"])
    insights = {"toxicity": {"score": 0.987654321}}
    Post.objects.filter(pk=post.pk).update(
        moderation_reason="secretreason",
        insights=insights,
        hashtags=["rivers"],
        category="nature",
        like_count=1,
        save_count=1,
        comment_count=2,
    )
    Comment.objects.filter(pk=own["comment_id"]).update(insights=insights)
    CommentFactory(post=post, author=user, parent_id=own["comment_id"])
    LikeFactory(post=post, user=user)
    SaveFactory(post=post, user=user)
    Preferences.objects.create(user=user, muted_hashtags=["secretmute"], changed_at=NOON)
    Decision.objects.create(
        account=user,
        post=post,
        about="post",
        action="hide",
        reason="secretdecision",
        decided_at=NOON,
    )
    Report.objects.create(
        reporter=UserFactory(),
        account=user,
        post=post,
        reason="spam",
        note="secretnote",
        reported_at=NOON,
    )
    for one in Post.objects.filter(pk__in=[own["post_id"], own["reel_id"]]):
        forecast_make(one)
        ended = timezone.now() - timedelta(days=1)
        forecast_make(one, age_hours=3, ends_at=ended, final_view_count=7)
    for kind in (Event.Kind.VIEWED, Event.Kind.LIKED, Event.Kind.SEARCHED):
        event_make(kind, actor_id=user.pk)
    # The dashboard's range ends today.
    now = timezone.now()
    for kind in (Event.Kind.VIEWED, Event.Kind.LIKED):
        event_make(kind, target_id=user.pk, post_id=post.pk, category="nature", occurred_at=now)


def _deeds(user: User) -> None:
    """Leave the rows that only an export shows."""
    stranger = UserFactory()
    Share.objects.create(post=PostFactory(author=stranger), user=user, shared_at=NOON)
    Dismissal.objects.create(post=PostFactory(), user=user, dismissed_at=NOON)
    Report.objects.create(reporter=user, account=stranger, reason="spam", reported_at=NOON)
    Block.objects.create(blocker=user, blocked=UserFactory(), blocked_at=NOON)
    Mute.objects.create(muter=user, muted=stranger, muted_at=NOON)
    Rollup.objects.create(hour=NOON, kind=Event.Kind.VIEWED, author_id=user.pk)
    DayRollup.objects.create(day=NOON, name=Event.Kind.VIEWED, author_id=user.pk)
    AccountDay.objects.create(day=NOON, account_id=user.pk)
    AccountNetwork.objects.create(account_id=user.pk, network=1, seen_at=NOON)
    SeenPosts.objects.create(user_id=user.pk)
    segment = Segment.objects.create(name=f"of {user.pk}", traits={"a": 2.0}, computed_at=NOON)
    SegmentMembership.objects.create(
        account_id=user.pk, segment=segment, name=segment.name, since=NOON
    )
    SegmentSize.objects.create(segment=segment, day=timezone.now().date(), accounts=1)
    group = {"segment_id": segment.pk, "name": "", "size": 1, "stability": 1.0, "overlap": None}
    SegmentFormation.objects.create(
        follows_id=user.pk, version_id=1, formed_at=NOON, groups=[group]
    )
    AccountInsight.objects.create(
        user_id=user.pk, engagement_class="High", churn_risk=0.25, computed_at=NOON
    )


def asked_by_everybody(world: World) -> Iterator[Asked]:
    """Ask each operation about what is Bob's, as everybody; each time nothing has happened."""
    clients = {
        "anonymous": client_for(),
        "member": client_for(world.ann),
        "owner": client_for(world.bob),
        "moderator": client_for(UserFactory(is_staff=True, is_superuser=True)),
    }
    for operation in operations():
        for role, client in clients.items():
            for query, body in _requests(operation):
                redis.flushdb()
                with transaction.atomic():
                    yield Asked(
                        operation, query, role, _send(client, operation, query, body, world)
                    )
                    transaction.set_rollback(True)


def _send(client: APIClient, operation: Operation, query: str, body: Any, world: World) -> Response:
    url = operation.url(world.ids_for(operation, of=world.bob)) + query.format(**world.of_bob)
    if str(operation) in RAW:
        return valid_send(client, operation, url)
    send = getattr(client, operation.method)
    return (
        send(url, body, format="json" if operation.takes_json else "multipart")
        if body
        else send(url)
    )


def _requests(operation: Operation) -> Iterator[tuple[str, Any]]:
    name = str(operation)
    body: Any = BODIES.get(name)
    if name == "POST /api/reels":
        body = {"video": upload(clip()), "content": "Sea"}
    yield "", body
    for query in QUERIES.get(name, []):
        yield query, body
    for other in MORE_BODIES.get(name, []):
        yield "", other
