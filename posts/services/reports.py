"""Complaints by people, and what moderators answer. The only writer of Report."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from analytics.models import Event
from analytics.services import Facts, event_record
from posts.models import Comment, Post, Report
from posts.services.comments import CommentNotFound
from posts.services.facts import facts_of
from posts.services.moderation import comment_hide, post_hide
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


class AlreadyResolved(Conflict):
    """A moderator has answered this report already."""

    code = "already_resolved"


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
        if post_id is not None:
            facts, target_id = _aim_at_text(report, post_id, comment_id)
        else:
            facts, target_id = None, _aim_at_account(report, account_id or 0)
        if target_id == reporter_id:
            raise OwnContentReported("You cannot report what is your own.")
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


@transaction.atomic
def report_uphold(*, report_id: int, moderator_id: int, reason: str, at: datetime) -> Report:
    """Agree with the report: hide the post or comment, and close every open report on it.

    A report on an account is closed alone; suspending is a decision of its own.

    :raises AlreadyResolved: if it is no longer open.
    """
    report = _open_report(report_id)
    if report.comment_id is not None:
        comment_hide(comment_id=report.comment_id, moderator_id=moderator_id, reason=reason, at=at)
        same = Q(comment_id=report.comment_id)
    elif report.post_id is not None:
        post_hide(post_id=report.post_id, moderator_id=moderator_id, reason=reason, at=at)
        same = Q(post_id=report.post_id)
    else:
        same = Q(pk=report.pk)
    Report.objects.filter(same, state=Report.State.OPEN).update(state=Report.State.UPHELD)
    report.state = Report.State.UPHELD
    return report


@transaction.atomic
def report_dismiss(*, report_id: int) -> Report:
    """Close the report; what it is about stays as it is.

    :raises AlreadyResolved: if it is no longer open.
    """
    report = _open_report(report_id)
    Report.objects.filter(pk=report_id).update(state=Report.State.DISMISSED)
    report.state = Report.State.DISMISSED
    return report


def _aim_at_text(report: Report, post_id: int, comment_id: int | None) -> tuple[Facts, int]:
    post = Post.objects.visible_to(report.reporter_id).filter(pk=post_id).first()
    if post is None:
        raise PostNotFound(f"There is no post {post_id}.")
    if comment_id is None:
        report.post = post
        return facts_of(post), post.author_id
    visible = Comment.objects.visible_to(report.reporter_id)
    comment = visible.filter(pk=comment_id, post_id=post_id).first()
    if comment is None:
        raise CommentNotFound(f"There is no comment {comment_id} on post {post_id}.")
    report.comment = comment
    return facts_of(post), comment.author_id


def _aim_at_account(report: Report, account_id: int) -> int:
    blocks_reporter = Block.objects.filter(
        blocker_id=account_id, blocked_id=report.reporter_id
    ).exists()
    if blocks_reporter or not User.objects.active().filter(pk=account_id).exists():
        raise AccountNotFound(f"There is no account {account_id}.")
    report.account_id = account_id
    return account_id


def _open_report(report_id: int) -> Report:
    report = Report.objects.select_for_update().get(pk=report_id)
    if report.state != Report.State.OPEN:
        raise AlreadyResolved(f"Report {report_id} was {report.state} before.")
    return report
