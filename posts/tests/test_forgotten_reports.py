"""A report weighs nothing any more once its reporter is erased, and is still looked into."""

from functools import partial

import pytest
from django.db.models import Sum

from posts.models import Case, CaseEntry, Report
from posts.selectors import cases_by_urgency
from posts.services import Ruling, case_decide, case_flag, case_lapse, report_add
from posts.services.erasure import account_erase
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory
from posts.tests.threads import at_once

pytestmark = pytest.mark.django_db


def report(reporter, reason="hate", **about):
    return report_add(reporter_id=reporter.pk, reason=reason, at=NOON, **about)


def erase(reporter):
    return account_erase(account_id=reporter.pk, at=NOON)


@pytest.mark.parametrize("about", ["post", "comment", "account"])
def test_its_weight_goes_and_the_case_stays_open_as_grave_as_it_was(about):
    comment, (leaver, stayer) = CommentFactory(), UserFactory.create_batch(2)
    of = {
        "post": {"post_id": comment.post_id},
        "comment": {"post_id": comment.post_id, "comment_id": comment.pk},
        "account": {"account_id": comment.author_id},
    }[about]
    report(leaver, "violence", **of)
    report(stayer, "spam", **of)

    assert erase(leaver)["reports"] == 1

    case = Case.objects.get()
    assert (case.state, case.report_weight, case.harm) == ("open", 1.0, 0.9)
    assert Report.objects.get().reporter_id == stayer.pk
    entry = CaseEntry.objects.order_by("pk").last()
    assert (entry.act, entry.moderator_id) == ("forgot", None)
    assert "violence" in entry.note
    assert leaver.username not in entry.note


def test_the_case_falls_in_the_queue():
    leaver, (first, second) = UserFactory(), PostFactory.create_batch(2)
    report(UserFactory(), post_id=first.pk)
    report(UserFactory(), post_id=second.pk)
    report(leaver, post_id=second.pk)
    order = [case.post_id for case in cases_by_urgency(Case.objects.all())]
    assert order == [second.pk, first.pk]

    erase(leaver)

    order = [case.post_id for case in cases_by_urgency(Case.objects.all())]
    assert order == [first.pk, second.pk]


def test_signing_up_anew_after_each_report_adds_no_weight():
    post = PostFactory()

    for _ in range(5):
        somebody = UserFactory()
        report(somebody, post_id=post.pk)
        erase(somebody)

    assert Case.objects.get().report_weight == 0


def test_a_case_decided_before_stays_as_it_was_decided():
    leaver, moderator = UserFactory(), UserFactory(is_staff=True)
    case = report(leaver, post_id=PostFactory().pk).case
    case_decide(
        case_id=case.pk, moderator_id=moderator.pk, ruling=Ruling.REMOVE, reason="So", at=NOON
    )

    erase(leaver)

    case.refresh_from_db()
    assert (case.state, case.report_weight) == ("decided", 1.0)
    assert not CaseEntry.objects.filter(act="forgot").exists()
    assert not Report.objects.exists()


def test_what_no_rule_flags_any_more_needs_nobody_once_its_only_reporter_is_gone():
    leaver, post = UserFactory(), PostFactory()
    case_flag(about=post, flags=[{"rule": "spam", "action": "hold", "scores": {}}], at=NOON)
    report(leaver, post_id=post.pk)
    assert not case_lapse(about=post, note="Fine now.", at=NOON)

    erase(leaver)

    assert case_lapse(about=post, note="Fine now.", at=NOON)


def test_erasing_twice_takes_the_weight_once():
    leaver, post = UserFactory(), PostFactory()
    report(leaver, post_id=post.pk)
    report(UserFactory(), post_id=post.pk)

    assert [erase(leaver)["reports"] for _ in range(2)] == [1, 0]

    assert Case.objects.get().report_weight == 1


@pytest.mark.parametrize("about", ["post", "account"])
@pytest.mark.django_db(transaction=True)
def test_erasing_while_others_report_and_moderators_decide_leaves_exact_weights(about):
    posts = PostFactory.create_batch(4)
    leavers, moderator = UserFactory.create_batch(6), UserFactory(is_staff=True)
    calls = []
    for post in posts:
        of = {"post_id": post.pk} if about == "post" else {"account_id": post.author_id}
        cases = {report(leaver, **of).case_id for leaver in leavers}
        calls += [partial(report, UserFactory(), **of) for _ in range(3)]
        calls.append(
            partial(
                case_decide,
                case_id=cases.pop(),
                moderator_id=moderator.pk,
                ruling=Ruling.KEEP,
                reason="Fine",
                at=NOON,
            )
        )
    for place, leaver in enumerate(leavers):
        calls.insert(place * 3, partial(erase, leaver))

    answers = at_once(calls, threads=8)

    assert not [one for one in answers if isinstance(one, Exception)]
    assert not Report.objects.filter(reporter__in=leavers).exists()
    assert Case.objects.filter(state="decided").count() == len(posts)
    assert not Report.objects.filter(case__state="decided", state="open").exists()
    for case in Case.objects.filter(state="open"):
        open_ones = case.reports.filter(state="open").aggregate(sum=Sum("weight"))["sum"]
        assert case.report_weight == pytest.approx(open_ones or 0)
