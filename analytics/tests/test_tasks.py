"""Tasks claim their window: two beats, one run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics import tasks
from analytics.models import BurstState, Event, Rollup, Trend
from analytics.selectors.counts import usual_periods
from analytics.selectors.leaders import top_creators_kept
from analytics.tests.factories import event_make
from posts.selectors.sentiment import sentiment_kept
from socialml.core.models import ScheduleWindow

pytestmark = pytest.mark.django_db

Kind = Event.Kind


def hours_ago(hours):
    return timezone.now() - timedelta(hours=hours)


def trends():
    return Trend.objects.exists()


def rollups():
    return Rollup.objects.exists()


def followed():
    return BurstState.objects.exists()


def purged():
    return not Event.objects.filter(occurred_at__lt=hours_ago(24 * 150)).exists()


@pytest.mark.parametrize(
    ("task", "window", "is_done"),
    [
        (tasks.trends_aggregate, "trends", trends),
        (tasks.bursts_follow, "bursts", followed),
        (tasks.rollups_refresh, "rollups", rollups),
        (tasks.events_purge, "events purge", purged),
    ],
    ids=["trends", "bursts", "rollups", "purge"],
)
def test_a_window_that_another_beat_claimed_is_not_run_again(task, window, is_done):
    for _ in range(3):
        event_make(Kind.LIKED, hashtags=["cats"], occurred_at=hours_ago(1))
    event_make(occurred_at=hours_ago(24 * 200))
    claimed = ScheduleWindow.objects.create(name=window, window_start=hours_ago(-48))

    task()
    while_claimed = is_done()
    claimed.delete()
    task(reason="a newer publisher says why")

    assert (while_claimed, is_done()) == (False, True)
    assert ScheduleWindow.objects.filter(name=window).exists()


def test_who_leads_and_how_posts_sound_is_at_hand_after_the_task(django_assert_num_queries):
    event_make(Event.Kind.LIKED, target_id=7, occurred_at=timezone.now())
    tasks.rollups_refresh()

    with django_assert_num_queries(0):
        for period in usual_periods(at=timezone.now()):
            assert [one["author_id"] for one in top_creators_kept(period=period)] == [7]
            assert sentiment_kept(since=period.since, until=period.until) == {}
