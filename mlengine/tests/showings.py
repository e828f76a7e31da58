"""A log of slates served, and what came of every post in them, from a stated process."""

import random
from collections.abc import Callable
from datetime import timedelta

from analytics.models import Event
from mlengine.models import Slate
from mlengine.slates.accounts import Account
from mlengine.slates.ranking import Ranked
from mlengine.slates.store import items_encode
from posts.models import Post
from profiles.models import User
from profiles.tests.factories import NOON, UserFactory

CATEGORIES = ("music", "food")
SHOWN = 10
DAYS = 10

# Of a fan's number, a post's number and its place: how likely it is liked.
Chance = Callable[[int, int, int], float]


def showings_make(
    chance: Chance, *, people: int = 40, posts: int = 60, slates: int = 8, seed: int = 3
) -> tuple[list[User], list[Post]]:
    """Serve every fan some slates a day apart, of SHOWN posts each in an order drawn evenly.

    Posts are of two categories, alternately. Each is viewed or skipped, and liked by `chance`.
    The scores fall with the place, as served lists do. Somebody signs in at the end, so that
    what came of the last slate is known.
    """
    rng = random.Random(seed)
    authors = [UserFactory() for _ in range(6)]
    fans = [UserFactory() for _ in range(people)]
    start = NOON - timedelta(days=DAYS)
    made = Post.objects.bulk_create(
        Post(
            author=authors[number % len(authors)],
            content=f"number {number}",
            category=CATEGORIES[number % 2],
            published_at=start - timedelta(days=1, minutes=number),
        )
        for number in range(posts)
    )
    events: list[Event] = []
    for day in range(slates):
        for fan_number, fan in enumerate(fans):
            at = start + timedelta(days=day, minutes=fan_number)
            chosen = rng.sample(range(posts), SHOWN)
            slate = _slate(fan, [made[number] for number in chosen], at)
            for place, number in enumerate(chosen):
                is_liked = rng.random() < chance(fan_number, number, place)
                events += _acts(fan, made[number], slate, place, at, is_liked=is_liked)
    end = NOON - timedelta(seconds=1)
    events.append(
        Event(kind=Event.Kind.SIGNED_IN, actor_id=fans[0].pk, occurred_at=end, recorded_at=end)
    )
    events.sort(key=lambda event: event.occurred_at)
    Event.objects.bulk_create(events)
    return fans, made


def _slate(fan: User, posts: list[Post], at) -> Slate:
    scores = [round(1.0 - 0.05 * place, 4) for place in range(len(posts))]
    ranked = Ranked(
        account=Account(id=fan.pk),
        surface="feed",
        ids=[post.pk for post in posts],
        authors=[post.author_id for post in posts],
        scores=scores,
        sources=[["popularity", "fresh"] for _ in posts],
        contributions=[[round(score - 0.01, 4), 0.01] for score in scores],
        reasons=["Popular here" for _ in posts],
        propensities=[1.0 for _ in posts],
    )
    return Slate.objects.create(
        audience=Slate.Audience.ACCOUNT,
        audience_id=fan.pk,
        surface="feed",
        items=items_encode(ranked),
        model_version="feed v1",
        computed_at=at,
    )


def _acts(fan, post, slate, place, at, *, is_liked):
    seconds = [(Event.Kind.VIEWED if is_liked else Event.Kind.SKIPPED, 5 + 10 * place)]
    seconds += [(Event.Kind.LIKED, 9 + 10 * place)] * is_liked
    return [
        Event(
            kind=kind,
            actor_id=fan.pk,
            post_id=post.pk,
            target_id=post.author_id,
            category=post.category,
            slate_id=slate.pk if kind != Event.Kind.LIKED else None,
            position=place if kind != Event.Kind.LIKED else None,
            occurred_at=at + timedelta(seconds=late),
            recorded_at=at + timedelta(seconds=late),
        )
        for kind, late in seconds
    ]
