"""What is said against a text or an account gathers in one case."""

import pytest

from posts.models import Case, CaseEntry, Comment, Post, Report
from posts.services import (
    AlreadyReported,
    case_flag,
    case_lapse,
    comment_add,
    comment_delete,
    post_delete,
    report_add,
)
from posts.services.erasure import account_erase
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

TOXIC = {"rule": "toxicity", "action": "hold", "scores": {"toxicity": 0.95}, "words": ["idiot"]}


def report(reason="spam", reporter=None, **about):
    reporter = reporter or UserFactory()
    return report_add(reporter_id=reporter.pk, reason=reason, at=NOON, **about)


def acts():
    return list(CaseEntry.objects.order_by("pk").values_list("act", flat=True))


def test_the_first_report_opens_a_case_and_others_join_it():
    post = PostFactory()

    first, second = report("spam", post_id=post.pk), report("violence", post_id=post.pk)

    case = Case.objects.get()
    assert (case.about, case.post_id, case.account_id) == ("post", post.pk, post.author_id)
    assert first.case_id == second.case_id == case.pk
    assert (case.report_weight, case.harm) == (2.0, 0.9)
    assert acts() == ["opened", "reported", "reported"]


def test_a_post_its_comment_and_its_author_are_cases_of_their_own():
    comment = CommentFactory()

    report(post_id=comment.post_id)
    report(post_id=comment.post_id, comment_id=comment.pk)
    report(account_id=comment.post.author_id)

    about = Case.objects.order_by("pk").values_list("about", "post_id", "comment_id", "account_id")
    post = comment.post
    assert list(about) == [
        ("post", post.pk, None, post.author_id),
        ("comment", post.pk, comment.pk, comment.author_id),
        ("account", None, None, post.author_id),
    ]


def test_a_report_that_is_refused_leaves_the_case_as_it_was():
    post, reporter = PostFactory(), UserFactory()
    report("spam", reporter, post_id=post.pk)

    with pytest.raises(AlreadyReported):
        report("violence", reporter, post_id=post.pk)

    case = Case.objects.get()
    assert (case.report_weight, case.harm) == (1.0, 0.3)
    assert acts() == ["opened", "reported"]


def test_what_a_rule_flags_joins_what_people_say():
    post = PostFactory()
    report("spam", post_id=post.pk)

    case_flag(about=post, flags=[TOXIC], at=NOON)

    case = Case.objects.get()
    assert (case.flags, case.harm) == ([TOXIC], pytest.approx(0.57))
    assert acts() == ["opened", "reported", "flagged"]


def test_a_later_judgement_replaces_the_flags_of_an_earlier():
    post = PostFactory()
    spam = {"rule": "spam", "action": "reduce", "scores": {"spam": 0.97}, "words": []}

    for flags in ([TOXIC], [spam]):
        case_flag(about=post, flags=flags, at=NOON)

    assert Case.objects.get().flags == [spam]


def test_a_text_that_no_rule_flags_any_more_needs_nobody_unless_it_was_reported():
    quiet, reported = PostFactory.create_batch(2)
    for post in (quiet, reported):
        case_flag(about=post, flags=[TOXIC], at=NOON)
    report(post_id=reported.pk)

    assert case_lapse(about=quiet, note="Fine now.", at=NOON)
    assert not case_lapse(about=reported, note="Fine now.", at=NOON)

    states = dict(Case.objects.values_list("post_id", "state"))
    assert states == {quiet.pk: "moot", reported.pk: "open"}


def test_a_decided_case_stays_and_the_next_report_opens_another():
    post = PostFactory()
    report(post_id=post.pk)
    Case.objects.update(state="decided", decided_at=NOON)

    again = report(post_id=post.pk)

    found = Case.objects.order_by("pk").values_list("pk", "state", "report_weight")
    assert list(found)[1:] == [(again.case_id, "open", 1.0)]


def test_deleting_a_text_closes_its_case_and_answers_no_report():
    post, other = PostFactory.create_batch(2)
    comment, reply = (
        comment_add(post_id=on.pk, author_id=UserFactory().pk, content="Hm", at=NOON)
        for on in (post, other)
    )
    for on in (comment, reply):
        report(post_id=on.post_id, comment_id=on.pk)
    report(post_id=post.pk)

    post_delete(post_id=post.pk, author_id=post.author_id, at=NOON)
    comment_delete(post_id=other.pk, comment_id=reply.pk, actor_id=reply.author_id, at=NOON)

    assert list(Case.objects.values_list("state", flat=True)) == ["moot"] * 3
    assert acts()[-1] == "closed"
    assert not Report.objects.filter(state="open").exists()


def test_erasing_an_account_takes_its_cases_along_and_closes_those_under_its_posts():
    comment = CommentFactory()
    author = comment.post.author
    report(post_id=comment.post_id)
    report(post_id=comment.post_id, comment_id=comment.pk)

    account_erase(account_id=author.pk, at=NOON)

    case = Case.objects.get()
    assert (case.account_id, case.state) == (comment.author_id, "moot")
    assert not Post.objects.exists()
    assert not Comment.objects.exists()
