"""People, posts and what they did, from a stated process with a known answer."""

import random
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from analytics.models import Event
from analytics.services import Facts, event_record
from mlengine.models import ModelVersion, PostForecast
from mlengine.pipelines.feed import Feed
from mlengine.registry import version_add, version_promote
from posts.models import Post
from profiles.models import User
from profiles.tests.factories import NOON, UserFactory

TASTES = ("music", "food")
AUTHORS = 20


def post_make(author: User, *, at: datetime = NOON - timedelta(hours=2), **fields: Any) -> Post:
    """Return a visible post of the author."""
    facts = {"content": "a post", "published_at": at, **fields}
    return Post.objects.create(author=author, **facts)


def act(
    actor: User, post: Post, kind: Event.Kind = Event.Kind.LIKED, *, at: datetime = NOON
) -> Event:
    """Log that the actor did it with the post, as the services do."""
    facts = Facts(post.author_id, post.kind, post.category, post.hashtags, post.language)
    return event_record(kind=kind, actor_id=actor.pk, at=at, post_id=post.pk, facts=facts)


def forecast_make(post: Post, **fields: Any) -> PostForecast:
    """Return what the post was forecast an hour after it came out: viral from 20 views."""
    facts: dict[str, Any] = {
        "post_id": post.pk,
        "author_id": post.author_id,
        "age_hours": 1,
        "view_count": 4,
        "low": 5.0,
        "expected": 9.0,
        "high": 30.0,
        "viral_probability": 0.25,
        "viral_from": 20.0,
        "drivers": [{"feature": "views", "effect": 2.0, "text": "Twice the views."}],
        "model_version": "virality v1",
        "computed_at": NOON,
        "ends_at": post.published_at + timedelta(days=7),
    }
    return PostForecast.objects.create(**{**facts, **fields})


def community_make(
    *, people: int = 60, posts: int = 80, likes: int = 12, seed: int = 5
) -> tuple[list[User], list[Post]]:
    """Return people of two tastes, alternately, and posts of two kinds, alternately.

    Over 20 days each likes posts of their own taste only, drawn evenly: popularity knows
    nothing of this, neighbours and words know all of it.
    """
    rng = random.Random(seed)
    authors = [UserFactory() for _ in range(AUTHORS)]
    fans = [UserFactory() for _ in range(people)]
    start = NOON - timedelta(days=20)
    made = Post.objects.bulk_create(
        Post(
            author=authors[number % AUTHORS],
            content=f"about {TASTES[number % 2]} number {number}",
            category=TASTES[number % 2],
            hashtags=[TASTES[number % 2]],
            published_at=start + timedelta(minutes=number),
        )
        for number in range(posts)
    )
    events = []
    for place, fan in enumerate(fans):
        own = [post for number, post in enumerate(made) if number % 2 == place % 2]
        for post in rng.sample(own, likes):
            at = start + timedelta(days=1 + 19 * rng.random())
            events.append((at, fan, post))
    Event.objects.bulk_create(
        Event(
            kind=Event.Kind.LIKED,
            actor_id=fan.pk,
            post_id=post.pk,
            target_id=post.author_id,
            post_kind=post.kind,
            category=post.category,
            hashtags=post.hashtags,
            occurred_at=at,
            recorded_at=at,
        )
        for at, fan, post in sorted(events, key=lambda event: event[0])
    )
    return fans, made


def feed_model_make() -> ModelVersion:
    """Train the feed's model on what the log holds, and let it serve whatever it is worth."""
    pipeline = Feed()
    split = pipeline.load(until=NOON, unseen_since=None)
    file = BytesIO()
    pipeline.fit(split.whole).save(file)
    version = version_add(
        name=pipeline.name,
        artifact=file.getvalue(),
        metrics={"learned_until": split.until.isoformat()},
        verdict="Made for a test.",
        at=NOON,
    )
    return version_promote(version_id=version.pk, at=NOON)
