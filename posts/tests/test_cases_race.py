"""Cases stay right however many report, claim, decide and delete at once."""

from functools import partial

import pytest

from posts.models import Case, Decision, Post, Report
from posts.services import (
    Ruling,
    case_claim,
    case_claim_next,
    case_decide,
    comment_delete,
    post_delete,
    report_add,
)
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory
from posts.tests.threads import at_once
from socialml.core.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


def reports(count, **about):
    return [
        partial(report_add, reporter_id=reporter.pk, reason="hate", at=NOON, **about)
        for reporter in UserFactory.create_batch(count)
    ]


def moderators(count):
    return UserFactory.create_batch(count, is_staff=True)


def unexpected(answers):
    return [
        one for one in answers if isinstance(one, Exception) and not isinstance(one, DomainError)
    ]


@pytest.mark.parametrize("about", ["post", "account"])
def test_many_reports_at_once_make_one_case_with_all_their_weight(about):
    post = PostFactory()
    of = {"post_id": post.pk} if about == "post" else {"account_id": post.author_id}

    answers = at_once(reports(24, **of))

    assert not [one for one in answers if isinstance(one, Exception)]
    assert Case.objects.get().report_weight == 24
    assert Report.objects.filter(case=Case.objects.get()).count() == 24


def test_one_of_many_moderators_gets_the_case():
    post = PostFactory()
    report_add(reporter_id=UserFactory().pk, reason="hate", at=NOON, post_id=post.pk)
    case = Case.objects.get()

    answers = at_once(
        partial(case_claim, case_id=case.pk, moderator_id=one.pk, at=NOON) for one in moderators(12)
    )

    assert not unexpected(answers)
    assert sum(isinstance(one, Case) for one in answers) == 1


def test_moderators_who_ask_for_the_next_case_each_get_another():
    for report in [reports(1, post_id=post.pk)[0] for post in PostFactory.create_batch(8)]:
        report()

    answers = at_once(
        partial(case_claim_next, moderator_id=one.pk, at=NOON) for one in moderators(8)
    )

    assert len({case.pk for case in answers}) == 8


def test_a_case_decided_by_many_is_decided_once():
    post = PostFactory()
    report_add(reporter_id=UserFactory().pk, reason="hate", at=NOON, post_id=post.pk)
    about = {"case_id": Case.objects.get().pk, "reason": "So", "at": NOON}

    answers = at_once(
        partial(case_decide, moderator_id=one.pk, ruling=ruling, **about)
        for one, ruling in zip(moderators(8), [Ruling.REMOVE, Ruling.KEEP] * 4, strict=True)
    )

    assert not unexpected(answers)
    assert sum(isinstance(one, Case) for one in answers) == 1
    is_hidden = Post.objects.get().moderation == "hidden"
    assert Decision.objects.count() == int(is_hidden)
    assert Report.objects.get().state == ("upheld" if is_hidden else "dismissed")


def test_reports_while_a_case_is_decided_are_answered_with_it_or_open_the_next():
    author = UserFactory()
    report_add(reporter_id=UserFactory().pk, reason="hate", at=NOON, account_id=author.pk)
    case, (moderator,) = Case.objects.get(), moderators(1)
    calls = reports(12, account_id=author.pk)
    calls.insert(
        5,
        partial(
            case_decide,
            case_id=case.pk,
            moderator_id=moderator.pk,
            ruling=Ruling.KEEP,
            reason="Fine",
            at=NOON,
        ),
    )

    answers = at_once(calls, threads=8)

    assert not [one for one in answers if isinstance(one, Exception)]
    assert not Report.objects.filter(case__state="decided", state="open").exists()
    assert not Report.objects.filter(case__state="open").exclude(state="open").exists()
    assert Report.objects.filter(case=None).count() == 0


def test_deleting_reporting_and_deciding_at_once_leaves_no_open_case_without_its_text():
    comment = CommentFactory()
    post, other = comment.post, CommentFactory(post=PostFactory())
    Post.objects.update(comment_count=1)
    for of in (
        {"post_id": post.pk},
        {"post_id": post.pk, "comment_id": comment.pk},
        {"post_id": other.post_id, "comment_id": other.pk},
    ):
        reports(1, **of)[0]()
    calls = [*reports(6, post_id=post.pk), *reports(6, post_id=post.pk, comment_id=comment.pk)]
    calls += reports(6, post_id=other.post_id, comment_id=other.pk)
    for one, case in zip(moderators(3), Case.objects.all(), strict=True):
        calls.append(
            partial(
                case_decide,
                case_id=case.pk,
                moderator_id=one.pk,
                ruling=Ruling.REMOVE,
                reason="So",
                at=NOON,
            )
        )
    calls.insert(4, partial(post_delete, post_id=post.pk, author_id=post.author_id, at=NOON))
    calls.insert(
        9,
        partial(
            comment_delete,
            post_id=other.post_id,
            comment_id=other.pk,
            actor_id=other.author_id,
            at=NOON,
        ),
    )

    answers = at_once(calls, threads=8)

    assert not unexpected(answers)
    assert not Case.objects.filter(state="open", about="post", post=None).exists()
    assert not Case.objects.filter(state="open", about="comment", comment=None).exists()
    assert not Case.objects.filter(state="open", comment__deleted_at__isnull=False).exists()


def test_deciding_and_deleting_at_once_never_wait_for_each_other():
    posts, (moderator,) = PostFactory.create_batch(24), moderators(1)
    calls = []
    for post in posts:
        reports(1, post_id=post.pk)[0]()
        case = Case.objects.get(post=post)
        about = {"case_id": case.pk, "moderator_id": moderator.pk, "reason": "So", "at": NOON}
        calls.append(partial(case_decide, ruling=Ruling.REMOVE, **about))
        calls.append(partial(post_delete, post_id=post.pk, author_id=post.author_id, at=NOON))

    answers = at_once(calls, threads=4)

    assert not unexpected(answers)
    assert not Post.objects.exists()
    assert not Case.objects.filter(state="open").exists()
