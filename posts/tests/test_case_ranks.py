"""The queue's order is stored, and follows what is said of a case and who sees it."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.db import connection

from posts import tasks
from posts.models import Case, Post
from posts.selectors import cases_by_urgency, cases_measured
from posts.services import cases_rerank, report_add
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.queue import reported
from posts.tests.threads import at_once
from socialml.core.models import ScheduleWindow

pytestmark = pytest.mark.django_db


def queue():
    return list(cases_by_urgency(Case.objects.all()))


def ranks():
    return dict(Case.objects.values_list("pk", "rank"))


def test_a_report_moves_its_case_at_once():
    first, second = (reported("spam", post_id=PostFactory().pk) for _ in range(2))
    assert queue() == [first, second]

    reported("spam", post_id=second.post_id)

    assert queue() == [second, first]


def test_views_move_a_case_with_the_next_round_and_others_stay_unwritten():
    first, second = (reported("spam", post_id=PostFactory().pk) for _ in range(2))
    assert cases_rerank() == 0
    before = ranks()
    Post.objects.filter(pk=second.post_id).update(view_count=50)

    assert queue() == [first, second]
    assert cases_rerank() == 1

    assert queue() == [second, first]
    assert ranks()[first.pk] == before[first.pk]


def test_a_text_taken_out_of_sight_falls_behind_and_a_decided_case_stays_where_it_was():
    hidden, decided = (reported("spam", post_id=PostFactory(view_count=9).pk) for _ in range(2))
    before = ranks()
    Case.objects.filter(pk=decided.pk).update(state="decided", decided_at=NOON)
    Post.objects.update(moderation="hidden")

    assert cases_rerank() == 1

    assert ranks()[hidden.pk] < before[hidden.pk]
    assert ranks()[decided.pk] == before[decided.pk]


def test_the_stored_order_is_that_of_urgency_now_and_a_year_from_now():
    for hours in range(0, 200, 20):
        for reason, views in (("spam", 0), ("hate", 3), ("self_harm", 0), ("other", 900)):
            post = PostFactory(view_count=views)
            at = NOON - timedelta(hours=hours)
            report_add(reporter_id=UserFactory().pk, reason=reason, at=at, post_id=post.pk)

    stored = [case.pk for case in queue()]

    for at in (NOON, NOON + timedelta(days=365)):
        urgent = {case.pk: case.urgency for case in cases_measured(Case.objects.all(), at=at)}
        told = [urgent[pk] for pk in stored]
        assert all(one >= two * 0.999 for one, two in pairwise(told))


def test_the_worker_sorts_once_a_minute_however_often_it_is_asked(monkeypatch):
    case = reported("spam", post_id=PostFactory().pk)
    before = ranks()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    for views in (50, 5000):
        Post.objects.update(view_count=views)
        tasks.cases_rerank()

    assert Case.objects.get().rank > before[case.pk]
    assert cases_rerank() == 1
    assert ScheduleWindow.objects.get().window_start == NOON


def test_an_index_gives_the_order():
    reported("spam", post_id=PostFactory().pk)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # So few rows would be read as they lie.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")

    plan = cases_by_urgency(Case.objects.filter(state="open")).values_list("pk")[:25].explain()

    assert "case_by_rank" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.django_db(transaction=True)
def test_sorting_while_people_report_stops_nobody_and_loses_no_report():
    posts = PostFactory.create_batch(6, view_count=3)
    calls = []
    for turn in range(4):
        for post in posts:
            about = {"post_id": post.pk, "reason": "hate", "at": NOON}
            calls.append(partial(report_add, reporter_id=UserFactory().pk, **about))
        calls.append(partial(Post.objects.update, view_count=100 * turn))
        calls.append(cases_rerank)

    answers = at_once(calls, threads=8)
    cases_rerank()

    assert not [one for one in answers if isinstance(one, Exception)]
    assert set(Case.objects.values_list("report_weight", flat=True)) == {4.0}
    assert cases_rerank() == 0
