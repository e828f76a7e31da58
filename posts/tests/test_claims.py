"""One moderator at a time has a case."""

from datetime import timedelta

import pytest

from posts.models import Case, CaseEntry
from posts.selectors import case_ids_by_urgency, cases_by_urgency, cases_measured
from posts.services import (
    CaseClosed,
    CaseNotFound,
    CaseTaken,
    OwnCase,
    case_claim,
    case_claim_next,
    case_release,
    cases_rerank,
)
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=16)


@pytest.fixture
def first():
    return UserFactory(is_staff=True)


@pytest.fixture
def second():
    return UserFactory(is_staff=True)


def case_of(post, **values):
    fields = {"about": "post", "account": post.author, "opened_at": NOON, "harm": 0.5, **values}
    case = Case.objects.create(post=post, **fields)
    cases_rerank()
    return case


def claim(case, moderator, at=NOON):
    return case_claim(case_id=case.pk, moderator_id=moderator.pk, at=at)


def entries():
    return list(CaseEntry.objects.order_by("pk").values_list("act", "moderator_id"))


def test_a_claimed_case_is_nobody_else_s_until_it_is_released(first, second):
    case = case_of(PostFactory())

    assert claim(case, first).claimed_by_id == first.pk
    with pytest.raises(CaseTaken) as refused:
        claim(case, second)
    assert first.username in refused.value.message
    assert not case_release(case_id=case.pk, moderator_id=second.pk, at=NOON)
    assert case_release(case_id=case.pk, moderator_id=first.pk, at=NOON)
    claim(case, second)

    assert entries() == [("claimed", first.pk), ("released", first.pk), ("claimed", second.pk)]


def test_a_claim_runs_out_unless_it_is_renewed(first, second):
    case, renewed = case_of(PostFactory()), case_of(PostFactory())
    claim(case, first)
    claim(renewed, first)

    claim(renewed, first, at=NOON + timedelta(minutes=10))

    assert claim(case, second, at=LATER).claimed_by_id == second.pk
    with pytest.raises(CaseTaken):
        claim(renewed, second, at=LATER)
    assert entries().count(("claimed", first.pk)) == 2


def test_closed_missing_and_own_cases_are_not_claimed(first):
    for case_id, refusal in (
        (case_of(PostFactory(), state="decided").pk, CaseClosed),
        (case_of(PostFactory(), state="moot").pk, CaseClosed),
        (case_of(PostFactory(author=first)).pk, OwnCase),
        (10**12, CaseNotFound),
    ):
        with pytest.raises(refusal):
            case_claim(case_id=case_id, moderator_id=first.pk, at=NOON)

    assert not CaseEntry.objects.exists()
    assert not Case.objects.exclude(claimed_by=None).exists()


def test_the_next_case_is_the_most_urgent_that_nobody_has(first, second):
    mild, grave = case_of(PostFactory(), harm=0.3), case_of(PostFactory(), harm=0.9)
    case_of(PostFactory(author=second), harm=1)

    taken = [case_claim_next(moderator_id=first.pk, at=NOON)]
    Case.objects.filter(account=second).update(state="decided")
    taken += [case_claim_next(moderator_id=who.pk, at=NOON) for who in (second, first, second)]

    assert taken[1:] == [grave, mild, None]


def test_harm_weight_of_reports_reach_and_age_each_raise_a_case(first):
    plain = case_of(PostFactory())
    raised = [
        case_of(PostFactory(), harm=0.6),
        case_of(PostFactory(), report_weight=1.0),
        case_of(PostFactory(view_count=10)),
        case_of(PostFactory(), opened_at=NOON - timedelta(days=1)),
    ]

    order = case_ids_by_urgency(free_for=first.pk, at=NOON, limit=10)

    assert order[-1] == plain.pk
    assert set(order[:-1]) == {case.pk for case in raised}


def test_what_is_out_of_sight_reaches_nobody():
    out = case_of(PostFactory(view_count=100))
    held = case_of(PostFactory(view_count=100, moderation="held"))
    comment = CommentFactory(post=PostFactory(view_count=100))
    below = case_of(comment.post, about="comment", comment=comment)
    idol = UserFactory(follower_count=100)
    account = Case.objects.create(about="account", account=idol, opened_at=NOON, harm=0.5)

    reach = {case: case.reach for case in cases_measured(Case.objects.all(), at=NOON)}

    assert reach[held] == 1
    assert reach[out] == reach[below] == reach[account] == pytest.approx(5.615, abs=0.001)


def test_a_case_of_two_days_weighs_twice_a_new_one():
    old = case_of(PostFactory(), opened_at=NOON - timedelta(days=2))
    new = case_of(PostFactory())

    found = list(cases_by_urgency(cases_measured(Case.objects.all(), at=NOON)))

    assert found == [old, new]
    assert found[0].urgency == pytest.approx(2 * found[1].urgency, rel=1e-4)
