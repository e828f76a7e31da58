"""The log is followed for names that burst: each act once, whatever happens meanwhile."""

from datetime import timedelta
from io import BytesIO

import pytest

from analytics.models import AccountDay, BurstState, Event, Trend, TrendBurst
from analytics.selectors import bursts
from analytics.selectors.bursts import POINT
from analytics.services import trend_bursts
from analytics.services.erasure import account_erase
from analytics.services.retention import events_purge
from analytics.services.trend_bursts import STARTS_BACK, bursts_follow
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make
from mlengine.estimators.burst_series import BurstSeries

pytestmark = pytest.mark.django_db

Kind = Event.Kind
# The newest five minutes that are read at NOON end ten minutes before.
SEEN = ago(minutes=13)
LATER = NOON + timedelta(minutes=15)


def likes(count, *, at, **facts):
    """Let `count` new accounts like a post at that moment; return the events."""
    return [event_make(Kind.LIKED, occurred_at=at, **facts) for _ in range(count)]


@pytest.fixture
def two_days():
    """A log in which somebody likes something now and then, for long enough to learn."""
    for hours in range(2, 50, 3):
        likes(1, at=ago(hours=hours), hashtags=["steady"], category="pets", language="en")


def told():
    return list(TrendBurst.objects.order_by("kind", "name").values_list("kind", "name"))


def states():
    rows = BurstState.objects.order_by("kind")
    return [(row.kind, row.complete_before, bytes(row.series)) for row in rows]


def test_a_burst_is_reported_with_what_was_expected(two_days):
    likes(15, at=SEEN, hashtags=["eclipse"], category="science", language="pt")

    assert bursts_follow(at=NOON) == 3

    assert told() == [("category", "science"), ("hashtag", "eclipse"), ("language", "pt")]
    burst = TrendBurst.objects.get(kind="hashtag")
    assert (burst.started_at, burst.reported_at) == (ago(minutes=15), NOON)
    assert (burst.expected, burst.observed) == (0.0, 15.0)
    assert burst.score > 4


def test_following_twice_reports_once_and_changes_nothing(two_days):
    likes(15, at=SEEN, hashtags=["eclipse"])
    bursts_follow(at=NOON)
    before = states()

    assert bursts_follow(at=NOON) == 0

    assert (len(told()), states()) == (1, before)


def test_a_state_that_is_begun_anew_reports_nothing_twice(two_days):
    likes(15, at=SEEN, hashtags=["eclipse"])
    bursts_follow(at=NOON)
    before = states()
    BurstState.objects.filter(kind="hashtag").update(series=b"damaged")

    bursts_follow(at=NOON)

    assert (len(told()), states()) == (1, before)


def test_one_account_that_does_much_is_one(two_days):
    for _ in range(50):
        event_make(Kind.SHARED, actor_id=5, occurred_at=SEEN, hashtags=["mine"])

    bursts_follow(at=NOON)

    assert told() == []


def test_newcomers_count_a_quarter(two_days):
    events = likes(15, at=SEEN, hashtags=["pushed"])
    AccountDay.objects.bulk_create(
        AccountDay(account_id=event.actor_id, day=ago(days=1).date(), is_first=True)
        for event in events
    )

    bursts_follow(at=NOON)

    assert told() == []


def test_acts_taken_back_and_authors_own_count_for_nothing(two_days):
    for actor_id in range(1, 16):
        for kind in (Kind.LIKED, Kind.UNLIKED):
            event_make(kind, actor_id=actor_id, hashtags=["gone"], occurred_at=SEEN)
        event_make(
            Kind.LIKED, actor_id=actor_id, target_id=actor_id, hashtags=["vain"], occurred_at=SEEN
        )

    bursts_follow(at=NOON)

    assert told() == []


def test_acts_that_are_committed_out_of_order_are_all_counted(two_days):
    [last] = likes(1, at=ago(minutes=7), hashtags=["eclipse"])
    bursts_follow(at=NOON)
    likes(1, pk=last.pk + 100, at=ago(minutes=7), hashtags=["eclipse"])
    bursts_follow(at=NOON + timedelta(minutes=2))
    for lower in range(1, 14):
        likes(1, pk=last.pk + lower, at=ago(minutes=7), hashtags=["eclipse"])

    bursts_follow(at=LATER)

    assert TrendBurst.objects.get(kind="hashtag").observed == 15


def test_what_is_told_too_late_is_in_the_list_and_not_followed(two_days):
    bursts_follow(at=NOON)
    likes(15, at=SEEN, recorded_at=NOON, hashtags=["late"])

    bursts_follow(at=LATER)
    trends_aggregate(at=LATER)

    assert told() == []
    assert Trend.objects.get(name="late").evidence["burst"] is None


def test_a_run_that_is_killed_leaves_no_trace(two_days, monkeypatch):
    likes(15, at=SEEN, hashtags=["eclipse"])

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    for place, name in ((trend_bursts, "series_follow"), (TrendBurst.objects, "bulk_create")):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(place, name, killed)
            bursts_follow(at=NOON)
        assert (told(), {series for _, _, series in states()}) == ([], {b""})
    bursts_follow(at=NOON)

    assert told() == [("hashtag", "eclipse")]


def test_runs_that_are_cut_short_come_to_what_one_long_run_does(two_days, monkeypatch):
    likes(15, at=ago(hours=47), hashtags=["early"])
    bursts_follow(at=ago(hours=46))
    whole = states()
    BurstState.objects.all().delete()
    monkeypatch.setattr(trend_bursts, "_SECONDS_A_KIND", 0.0)

    runs = 0
    while states() != whole:
        bursts_follow(at=ago(hours=46))
        runs += 1
        assert runs < 100

    assert runs == 10


def test_it_starts_from_a_bounded_past():
    likes(1, at=NOON - 3 * STARTS_BACK, hashtags=["old"])
    likes(15, at=NOON - STARTS_BACK + timedelta(days=2), hashtags=["eclipse"])

    bursts_follow(at=NOON)
    file = BytesIO(BurstState.objects.get(kind="hashtag").series)

    seen = BurstSeries().load(file).detector.seen_
    assert seen == (STARTS_BACK - timedelta(days=2)) / POINT - 2


def test_an_empty_log_is_followed_to_nothing():
    assert bursts_follow(at=NOON) == 0

    assert told() == []


def test_a_gap_longer_than_the_bounded_past_is_not_made_up_for(two_days):
    bursts_follow(at=NOON)
    after = NOON + 10 * STARTS_BACK
    likes(15, at=NOON + STARTS_BACK, hashtags=["missed"])

    bursts_follow(at=after)

    assert told() == []
    assert BurstState.objects.get(kind="hashtag").complete_before == after - timedelta(minutes=10)


def test_posts_that_are_hidden_by_then_count_for_nothing(two_days):
    likes(15, at=SEEN, post_id=66, hashtags=["rude"])
    event_make(Kind.HIDDEN, actor_id=None, post_id=66, occurred_at=ago(minutes=5))

    bursts_follow(at=NOON)

    assert told() == []


def test_a_burst_of_posts_that_are_hidden_afterwards_is_not_listed(two_days):
    likes(15, at=SEEN, post_id=66, hashtags=["rude"])
    bursts_follow(at=NOON)
    event_make(Kind.HIDDEN, actor_id=None, post_id=66, occurred_at=NOON)

    trends_aggregate(at=LATER)

    assert told() == [("hashtag", "rude")]
    assert not Trend.objects.filter(name="rude").exists()


def test_an_erased_account_leaves_a_number_and_no_id(two_days):
    events = likes(15, at=SEEN, hashtags=["eclipse"])
    bursts_follow(at=NOON)
    before = states()

    account_erase(account_id=events[0].actor_id)
    bursts_follow(at=NOON)

    assert states() == before
    assert TrendBurst.objects.get(kind="hashtag").observed == 15


def test_bursts_go_with_the_log(two_days):
    likes(15, at=SEEN, hashtags=["eclipse"])
    bursts_follow(at=NOON)

    events_purge(at=NOON + timedelta(days=89))
    kept = len(told())
    events_purge(at=NOON + timedelta(days=91))

    assert (kept, told()) == (1, [])


def test_the_number_of_queries_does_not_grow_with_names(two_days, django_assert_max_num_queries):
    bursts_follow(at=NOON)
    for tag in range(40):
        likes(1, at=ago(minutes=7), hashtags=[f"tag{tag}"])

    # Of each kind the state, one point and the transaction.
    with django_assert_max_num_queries(24):
        bursts_follow(at=NOON + timedelta(minutes=5))


def test_quiet_points_are_read_together_and_come_out_as_one_by_one(monkeypatch):
    from_now = {"since": ago(hours=30), "until": ago(hours=0)}
    for minutes in (1, 7, 8, 299, 300, 301, 719, 720, 721, 1500):
        likes(1, at=ago(minutes=minutes), hashtags=["cats"])
        AccountDay.objects.create(account_id=10**6 + minutes, day=ago(days=3).date(), is_first=True)
        likes(1, at=ago(minutes=minutes), actor_id=10**6 + minutes, hashtags=["new"])
    together = list(bursts.points(Trend.Kind.HASHTAG, **from_now))

    monkeypatch.setattr(bursts, "_QUICK_SECONDS", 0.0)
    alone = list(bursts.points(Trend.Kind.HASHTAG, **from_now))

    assert together == alone
    assert len(alone) == 360
    assert sum(counts.get("cats", 0.0) for _, counts in alone) == 10.0
    assert {counts["new"] for _, counts in alone if counts} == {0.25, 0.5}
