from datetime import timedelta

import pytest

from analytics.models import Event
from analytics.selectors import history
from analytics.tests.factories import NOON, ago, event_make

pytestmark = pytest.mark.django_db

Kind = Event.Kind


def rows(**window):
    return [(a, p, w) for a, p, w, _ in history.interactions(until=NOON, **window)]


def test_weighs_each_act_and_a_long_view_more():
    for kind, duration in [(Kind.VIEWED, 2000), (Kind.VIEWED, 10_000), (Kind.LIKED, None)]:
        event_make(kind, actor_id=7, post_id=5, duration_ms=duration, occurred_at=ago(hours=1))

    assert rows() == [(7, 5, 1.0), (7, 5, 2.0), (7, 5, 3.0)]


def test_an_act_taken_back_adds_up_to_nothing():
    for kind in (Kind.LIKED, Kind.UNLIKED, Kind.SAVED, Kind.UNSAVED):
        event_make(kind, actor_id=7, occurred_at=ago(hours=1))

    assert sum(weight for _, _, weight in rows()) == 0


def test_gives_seconds_since_1970():
    event_make(actor_id=7, occurred_at=ago(seconds=1.5))

    [(_, _, _, seconds)] = history.interactions(until=NOON)

    assert seconds == pytest.approx(ago(seconds=1.5).timestamp(), abs=0.01)


def test_leaves_out_what_is_outside_the_window_own_posts_and_impressions():
    event_make(actor_id=1, occurred_at=ago(days=2))
    event_make(actor_id=2, occurred_at=NOON)
    event_make(actor_id=3, target_id=3, occurred_at=ago(hours=1))
    event_make(Kind.IMPRESSION, actor_id=4, occurred_at=ago(hours=1))
    event_make(actor_id=None, occurred_at=ago(hours=1))
    kept = event_make(actor_id=6, occurred_at=ago(hours=1))

    assert rows(since=ago(days=1)) == [(kept.actor_id, 1, 1.0)]


def test_follows_without_a_post_or_target_of_ones_own_are_no_interactions():
    event_make(Kind.FOLLOWED, actor_id=1, post_id=None, target_id=2, occurred_at=ago(hours=1))

    assert rows() == []


def test_streams_page_by_page_without_losing_or_repeating(monkeypatch):
    monkeypatch.setattr(history, "_ROWS_AT_ONCE", 3)
    made = [event_make(occurred_at=ago(hours=1)).actor_id for _ in range(7)]

    assert [actor for actor, _, _ in rows()] == made


def test_reads_the_whole_log_in_one_query(django_assert_num_queries):
    for _ in range(4):
        event_make(occurred_at=ago(hours=1))

    with django_assert_num_queries(1):
        rows()


def test_history_is_of_these_accounts_alone_oldest_first(django_assert_num_queries):
    for post_id in (3, 1, 2):
        event_make(actor_id=7, post_id=post_id)
        event_make(actor_id=8, post_id=post_id)
        event_make(actor_id=9, post_id=post_id)

    with django_assert_num_queries(1):
        found = [(actor, post) for actor, post, _, _ in history.history_of([8, 7])]

    assert found == [(7, 3), (7, 1), (7, 2), (8, 3), (8, 1), (8, 2)]


def test_seen_counts_impressions_and_acts_apart():
    for kind in (Kind.IMPRESSION, Kind.IMPRESSION, Kind.SKIPPED):
        event_make(kind, actor_id=7, post_id=5)
    newest = event_make(Kind.LIKED, actor_id=7, post_id=5)
    event_make(Kind.IMPRESSION, actor_id=8, post_id=5)

    assert list(history.seen_of([7])) == [(7, 5, 2, 2, newest.pk)]


def test_what_was_met_can_be_asked_for_from_one_event_to_another():
    first, second = (event_make(actor_id=7, post_id=n) for n in (5, 6))
    event_make(Kind.DISMISSED, actor_id=7, post_id=8)
    other = event_make(Kind.IMPRESSION, actor_id=8, post_id=5)

    assert list(history.seen_of([7], after={7: first.pk}))[:1] == [(7, 6, 0, 1, second.pk)]
    assert list(history.met_between({7: (0, first.pk)})) == [(7, 5)]
    assert list(history.met_between({7: (first.pk, other.pk), 8: (other.pk, other.pk)})) == [(7, 6)]
    assert history.newest_met(recorded_before=other.recorded_at + timedelta(seconds=1)) == {
        7: second.pk,
        8: other.pk,
    }
    assert history.newest_met(recorded_before=other.recorded_at, actor_ids=[7]) == {}


def test_actors_since_names_each_account_with_its_newest_event():
    event_make(actor_id=5, recorded_at=ago(hours=2))
    event_make(actor_id=6, recorded_at=ago(minutes=1))
    newest = event_make(actor_id=6, recorded_at=ago(minutes=1))
    event_make(Kind.HIDDEN, actor_id=None, recorded_at=NOON)

    assert history.actors_since(ago(minutes=1)) == {6: newest.pk}
    assert history.newest_event_ids([6, 77]) == {6: newest.pk}


def test_the_span_of_an_empty_log_is_none():
    assert history.log_span() is None


def test_the_span_reaches_from_the_oldest_to_the_newest_event():
    event_make(occurred_at=ago(days=3))
    event_make(occurred_at=NOON)

    assert history.log_span() == (ago(days=3), NOON)
