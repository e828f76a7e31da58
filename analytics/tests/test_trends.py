from datetime import timedelta

import pytest

from analytics.models import Event, Trend
from analytics.services.erasure import account_erase
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make
from socialml.core.moments import spell

pytestmark = pytest.mark.django_db

Kind = Event.Kind


def likes(count, *, at, **facts):
    """Let `count` new accounts like a post at that moment."""
    for _ in range(count):
        event_make(Kind.LIKED, occurred_at=at, **facts)


def names(kind=Trend.Kind.HASHTAG):
    return list(Trend.objects.filter(kind=kind).order_by("rank").values_list("name", flat=True))


def evidence(name):
    return Trend.objects.get(name=name).evidence


def week_of_likes(count, **facts):
    for day in range(1, 8):
        likes(count, at=ago(days=day, hours=1), **facts)


def test_a_surge_ranks_above_what_is_always_popular():
    week_of_likes(12, hashtags=["music"])
    likes(12, at=ago(hours=1), hashtags=["music"])
    week_of_likes(1, hashtags=["eclipse"])
    likes(9, at=ago(hours=1), hashtags=["eclipse"])

    trends_aggregate(at=NOON)

    assert names() == ["eclipse", "music"]
    found = evidence("eclipse")
    assert (found["count"], found["accounts"], found["growth"]) == (9, 9, 9.0)
    assert found["is_rising"] and not evidence("music")["is_rising"]


def test_one_busy_account_makes_no_trend():
    week_of_likes(3, hashtags=["calm"])
    for step in range(50):
        event_make(Kind.SHARED, actor_id=5, hashtags=["mine"], occurred_at=ago(minutes=step + 1))
    likes(2, at=ago(hours=1), hashtags=["mine"])
    likes(5, at=ago(hours=1), hashtags=["ours"])

    trends_aggregate(at=NOON)

    assert names() == ["ours", "mine"]
    assert evidence("mine")["effective_accounts"] < 1.2
    assert evidence("mine")["top_account_share"] > 0.9


def test_two_accounts_are_too_few():
    likes(2, at=ago(hours=1), hashtags=["quiet"])

    trends_aggregate(at=NOON)

    assert not Trend.objects.exists()


def test_an_act_taken_back_supports_nothing():
    for actor_id in (1, 2, 3):
        for kind in (Kind.LIKED, Kind.UNLIKED):
            event_make(kind, actor_id=actor_id, hashtags=["gone"], occurred_at=ago(hours=1))

    trends_aggregate(at=NOON)

    assert not Trend.objects.exists()


def test_authors_do_not_support_their_own_posts_but_by_posting():
    for actor_id in (1, 2, 3):
        event_make(
            Kind.LIKED,
            actor_id=actor_id,
            target_id=actor_id,
            hashtags=["vain"],
            occurred_at=ago(hours=1),
        )
        event_make(
            Kind.POSTED,
            actor_id=actor_id,
            target_id=actor_id,
            hashtags=["made"],
            occurred_at=ago(hours=1),
        )

    trends_aggregate(at=NOON)

    assert names() == ["made"]


def test_a_name_was_first_seen_when_the_log_first_has_it():
    event_make(Kind.POSTED, actor_id=900, occurred_at=ago(days=40), hashtags=["old"])
    likes(4, at=ago(hours=1), hashtags=["old"], post_id=2)
    likes(4, at=ago(hours=2), hashtags=["new"], post_id=3)

    trends_aggregate(at=NOON)
    at_first = evidence("old")["first_seen_at"], evidence("new")["first_seen_at"]
    Event.objects.filter(kind=Kind.POSTED).delete()
    trends_aggregate(at=NOON + timedelta(minutes=5))

    assert at_first == (spell(ago(days=40)), spell(ago(hours=2)))
    assert evidence("old")["first_seen_at"] == spell(ago(days=40))


def test_views_make_no_trend():
    for _ in range(9):
        event_make(Kind.VIEWED, hashtags=["shown"], occurred_at=ago(hours=1))

    trends_aggregate(at=NOON)

    assert not Trend.objects.exists()


def test_categories_and_posts_trend_too_with_example_posts():
    likes(3, at=ago(hours=1), post_id=71, category="pets")
    likes(4, at=ago(hours=1), post_id=72, category="pets")

    trends_aggregate(at=NOON)

    assert names(Trend.Kind.CATEGORY) == ["pets"]
    assert evidence("pets")["examples"] == [72, 71]
    assert names(Trend.Kind.POST) == ["72", "71"]
    assert evidence("71")["examples"] == [71]


def test_a_hidden_post_supports_nothing_until_it_is_restored():
    likes(5, at=ago(hours=2), post_id=66, hashtags=["rude"])
    event_make(Kind.HIDDEN, actor_id=None, post_id=66, occurred_at=ago(hours=1))

    trends_aggregate(at=NOON)
    while_hidden = Trend.objects.count()
    event_make(Kind.RESTORED, actor_id=None, post_id=66, occurred_at=ago(minutes=5))
    trends_aggregate(at=NOON)

    assert while_hidden == 0
    assert names() == ["rude"]


@pytest.mark.parametrize(
    ("taken", "given_back"),
    [(Kind.HIDDEN, Kind.RESTORED), (Kind.REDUCED, Kind.REACH_RESTORED)],
)
def test_what_an_erased_moderator_decided_still_counts(taken, given_back):
    moderator, other = 5, 6
    likes(5, at=ago(hours=2), post_id=66, hashtags=["rude"])
    likes(5, at=ago(hours=2), post_id=77, hashtags=["fine"])
    event_make(taken, actor_id=moderator, post_id=66, occurred_at=ago(hours=1))
    event_make(taken, actor_id=other, post_id=77, occurred_at=ago(hours=1))
    event_make(given_back, actor_id=moderator, post_id=77, occurred_at=ago(minutes=5))

    done = account_erase(account_id=moderator)
    trends_aggregate(at=NOON)

    assert names() == ["fine"]
    assert (done["events"], done["rulings_made_anonymous"]) == (0, 2)
    assert not Event.objects.filter(actor_id=moderator).exists()
    assert Event.objects.filter(actor_id=other).count() == 1


def test_a_hidden_comment_does_not_silence_its_post():
    likes(5, at=ago(hours=2), post_id=66, hashtags=["fine"])
    event_make(Kind.HIDDEN, actor_id=None, post_id=66, comment_id=4, occurred_at=ago(hours=1))

    trends_aggregate(at=NOON)

    assert names() == ["fine"]


def comments(count, **facts):
    for number in range(1, count + 1):
        event_make(Kind.COMMENTED, comment_id=number, occurred_at=ago(hours=2), **facts)


def test_hidden_and_held_comments_support_nothing_until_they_are_restored():
    comments(4, hashtags=["buy"])
    for number in (1, 2, 3, 4):
        event_make(Kind.HIDDEN, actor_id=None, comment_id=number, occurred_at=ago(hours=1))

    trends_aggregate(at=NOON)
    while_hidden = Trend.objects.count()
    for number in (1, 2, 3):
        event_make(Kind.RESTORED, actor_id=None, comment_id=number, occurred_at=ago(minutes=5))
    trends_aggregate(at=NOON)

    assert while_hidden == 0
    assert evidence("buy")["accounts"] == 3


def test_a_comment_that_the_posts_author_deleted_supports_nothing():
    comments(3, hashtags=["buy"])
    event_make(Kind.COMMENT_DELETED, actor_id=900, comment_id=3, occurred_at=ago(hours=1))

    trends_aggregate(at=NOON)

    assert not Trend.objects.exists()


def test_a_comment_taken_back_leaves_what_else_the_account_did():
    comments(3, hashtags=["kept"])
    for event in Event.objects.filter(kind=Kind.COMMENTED):
        event_make(Kind.LIKED, actor_id=event.actor_id, hashtags=["kept"], occurred_at=ago(hours=1))
        event_make(
            Kind.COMMENT_DELETED,
            actor_id=event.actor_id,
            comment_id=event.comment_id,
            hashtags=["kept"],
            occurred_at=ago(hours=1),
        )

    trends_aggregate(at=NOON)

    assert (evidence("kept")["accounts"], evidence("kept")["count"]) == (3, 3)


def test_a_deleted_post_supports_nothing():
    likes(5, at=ago(hours=2), post_id=66, hashtags=["oops"])
    event_make(Kind.POST_DELETED, actor_id=900, post_id=66, occurred_at=ago(hours=1))

    trends_aggregate(at=NOON)

    assert not Trend.objects.exists()


def test_each_run_replaces_what_the_last_one_found():
    likes(4, at=ago(hours=23), hashtags=["old"])
    trends_aggregate(at=NOON)
    likes(4, at=NOON + timedelta(hours=2), hashtags=["new"])

    trends_aggregate(at=NOON + timedelta(hours=3))

    assert names() == ["new"]
    assert {t.computed_at for t in Trend.objects.all()} == {NOON + timedelta(hours=3)}


def test_a_log_that_ended_long_ago_is_judged_at_its_own_end():
    likes(4, at=ago(days=400), hashtags=["then"])

    trends_aggregate(at=NOON)

    assert names() == ["then"]
    assert evidence("then")["until"].startswith(str(ago(days=400).date()))


def test_without_earlier_days_nothing_is_said_to_rise():
    likes(4, at=ago(hours=1), hashtags=["first"])

    trends_aggregate(at=NOON)

    found = evidence("first")
    assert (found["previous"], found["growth"], found["is_rising"]) == (None, None, False)


def test_short_windows_compare_with_the_same_hours_of_other_days(settings):
    settings.TRENDING_TIME_WINDOW_HOURS = 2
    for day in range(1, 8):
        likes(3, at=ago(days=day, hours=1), hashtags=["noon"])
        likes(3, at=ago(days=day, hours=12), hashtags=["midnight"])
    for tag in ("noon", "midnight"):
        likes(6, at=ago(hours=1), hashtags=[tag])

    trends_aggregate(at=NOON)

    assert names() == ["midnight", "noon"]
    assert evidence("midnight")["growth"] is None
    assert evidence("noon")["growth"] == 2.0


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    for tag in range(12):
        likes(3, at=ago(hours=1), hashtags=[f"tag{tag}"], post_id=100 + tag)

    with django_assert_max_num_queries(17):
        trends_aggregate(at=NOON)

    assert len(names()) == 12
