"""The same thing at the same time, on connections of their own."""

from functools import partial

import pytest

from analytics.models import BurstState, Event, Rollup, Trend, TrendBurst
from analytics.services.rollups import hours_recount
from analytics.services.trend_bursts import bursts_follow
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make
from posts.models import Post
from posts.tests.factories import PostFactory
from profiles.tests.factories import UserFactory, client_for
from profiles.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_event_sent_many_times_at_once_counts_once():
    fan, post = UserFactory(), PostFactory()
    body = {"events": [{"event_id": "once", "kind": "view", "post_id": post.pk}]}
    clients = [client_for(fan) for _ in range(12)]

    answers = together(
        [partial(client.post, "/api/user-behavior", body, format="json") for client in clients]
    )

    recorded = [answer.json()["data"]["recorded"] for answer in answers]
    assert sorted(recorded) == [0] * 11 + [1]
    assert Event.objects.filter(actor_id=fan.pk).count() == 1
    assert Post.objects.get(pk=post.pk).view_count == 1


def test_trends_computed_twice_at_once_are_one_list():
    for tag in ("one", "two", "three"):
        for _ in range(3):
            event_make(Event.Kind.LIKED, hashtags=[tag], occurred_at=ago(hours=1))

    results = together([partial(trends_aggregate, at=NOON) for _ in range(4)])

    assert len(set(results)) == 1, results
    assert Trend.objects.filter(kind="hashtag").count() == 3


def test_an_hour_counted_twice_at_once_is_counted_right():
    for author in range(900, 910):
        event_make(target_id=author, occurred_at=ago(minutes=30))
    hour = ago(hours=1)

    results = together([partial(hours_recount, [hour], at=NOON) for _ in range(4)])

    assert results == [None] * 4
    assert Rollup.objects.get(author_id=0).count == 10
    assert Rollup.objects.filter(author_id__gt=0).count() == 10


def test_a_log_followed_several_times_at_once_is_followed_once():
    for hours in range(2, 50, 3):
        event_make(Event.Kind.LIKED, hashtags=["steady"], occurred_at=ago(hours=hours))
    for _ in range(15):
        event_make(Event.Kind.LIKED, hashtags=["eclipse"], occurred_at=ago(minutes=13))
    bursts_follow(at=NOON)
    alone = sorted(bytes(state.series) for state in BurstState.objects.all())
    BurstState.objects.all().delete()
    TrendBurst.objects.all().delete()

    results = together([partial(bursts_follow, at=NOON) for _ in range(4)])

    assert sorted(results) == [0, 0, 0, 1], results
    assert TrendBurst.objects.count() == 1
    assert sorted(bytes(state.series) for state in BurstState.objects.all()) == alone
