"""Complaints by people. Moderators answer them with their case, in posts.services.rulings."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q

from analytics.models import Event
from analytics.services import event_record
from posts.models import Case, Comment, Post, Report
from posts.services.cases import case_forget, case_report
from posts.services.comments import CommentNotFound
from posts.services.facts import facts_of
from posts.services.posts import PostNotFound
from profiles.models import Block, User
from socialml.core.errors import Conflict, Invalid, NotFound


class AccountNotFound(NotFound):
    """There is no such account, or it blocks the asker."""


class OwnContentReported(Invalid):
    """Somebody reports what is their own."""

    code = "own_content"


class AlreadyReported(Conflict):
    """The account has reported this before."""

    code = "already_reported"


def report_add(
    *,
    reporter_id: int,
    reason: str,
    at: datetime,
    note: str = "",
    post_id: int | None = None,
    comment_id: int | None = None,
    account_id: int | None = None,
) -> Report:
    """Report a post, a comment on it (`post_id` and `comment_id`), or an account.

    :raises PostNotFound, CommentNotFound, AccountNotFound: if the reporter may not know of it.
    :raises OwnContentReported: if it is the reporter's own.
    :raises AlreadyReported: if the reporter reported it before.
    """
    report = Report(reporter_id=reporter_id, reason=reason, note=note, reported_at=at)
    with transaction.atomic():
        about: Post | Comment | int
        if post_id is not None:
            post, about = _aim_at_text(report, post_id, comment_id)
            facts, target_id = facts_of(post), about.author_id
        else:
            facts, target_id = None, _aim_at_account(report, account_id or 0)
            about = target_id
        if target_id == reporter_id:
            raise OwnContentReported("You cannot report what is your own.")
        report.weight = reporter_weight(reporter_id)
        report.case = case_report(report=report, about=about, at=at)
        try:
            with transaction.atomic():
                report.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyReported("You have reported this before.") from error
        event_record(
            kind=Event.Kind.REPORTED,
            actor_id=reporter_id,
            post_id=post_id,
            comment_id=comment_id,
            target_id=target_id,
            at=at,
            facts=facts,
        )
    return report


def reports_erase(*, reporter_id: int, at: datetime) -> int:
    """Delete the account's reports with what they weigh in open cases; return how many.

    The cases stay open and as grave as they were: what was reported is still to be looked at.
    """
    mine = Report.objects.filter(reporter_id=reporter_id).order_by("pk")
    return sum(_report_erase(report_id, at=at) for report_id in mine.values_list("pk", flat=True))


def reporter_weight(reporter_id: int) -> float:
    """Return how much the account's next report counts, by what became of its earlier ones.

    1 for who never reported, nearly 2 for who was always right, nearly 0 for who never was: the
    share of upheld reports, smoothed as if SOCIALML_REPORTER_PRIOR of them had been answered
    before and half of those upheld. One query.
    """
    answers = Report.objects.filter(reporter_id=reporter_id).aggregate(
        upheld=Count("pk", filter=Q(state=Report.State.UPHELD)),
        dismissed=Count("pk", filter=Q(state=Report.State.DISMISSED)),
    )
    prior = settings.SOCIALML_REPORTER_PRIOR
    answered = answers["upheld"] + answers["dismissed"]
    return float((answers["upheld"] + prior / 2) / (answered + prior) * 2)


@transaction.atomic
def _report_erase(report_id: int, *, at: datetime) -> int:
    report = Report.objects.select_related("case").filter(pk=report_id).first()
    if report is None:
        return 0
    if report.case is not None and report.case.post_id is not None:
        Post.objects.select_for_update(no_key=True).filter(pk=report.case.post_id).first()
    # The case before its reports, as whoever decides it.
    case = Case.objects.select_for_update(no_key=True).filter(pk=report.case_id or 0).first()
    deleted = Report.objects.filter(pk=report_id).delete()[0]
    if deleted and case is not None:
        case_forget(case=case, reason=report.reason, at=at)
    return deleted


def _aim_at_text(
    report: Report, post_id: int, comment_id: int | None
) -> tuple[Post, Post | Comment]:
    seen = Post.objects.visible_to(report.reporter_id).filter(pk=post_id)
    # Locked before its case, as whoever decides or deletes does.
    post = seen.select_for_update(of=("self",), no_key=True).first()
    if post is None:
        raise PostNotFound(f"There is no post {post_id}.")
    if comment_id is None:
        report.post = post
        return post, post
    visible = Comment.objects.visible_to(report.reporter_id)
    comment = visible.filter(pk=comment_id, post_id=post_id).first()
    if comment is None:
        raise CommentNotFound(f"There is no comment {comment_id} on post {post_id}.")
    report.comment = comment
    return post, comment


def _aim_at_account(report: Report, account_id: int) -> int:
    blocks = Block.objects.filter(blocker_id=OuterRef("pk"), blocked_id=report.reporter_id)
    if not User.objects.active().filter(~Exists(blocks), pk=account_id).exists():
        raise AccountNotFound(f"There is no account {account_id}.")
    report.account_id = account_id
    return account_id
