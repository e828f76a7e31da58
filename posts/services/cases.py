"""Gathering what is said against a text or an account in one case.

The only writer of Case beside posts.services.claims and posts.services.rulings. The case of a text
is written with the text's post locked, so that reports, models, moderators and whoever deletes the
text never wait for each other; the case of an account has a row lock of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from posts.harm import harm_of_flags, harm_of_reason
from posts.models import Case, CaseEntry, Comment, Post, Report
from posts.services.case_ranks import case_rank


def case_report(*, report: Report, about: Post | Comment | int, at: datetime) -> Case:
    """Open a case about the post, comment or account id, or join the open one, and return it.

    `report` is about to be saved; give it the case. Its weight is added.
    """
    case = _gathered(_place(about), harm=harm_of_reason(report.reason), weight=report.weight, at=at)
    note = f"{report.reason}, weight {report.weight:.2f}"
    entry_add(case, CaseEntry.Act.REPORTED, note=note, at=at)
    return case


def case_forget(*, case: Case, reason: str, at: datetime) -> None:
    """Take back what a report weighed whose reporter is being erased. What it told of stays told.

    Nothing changes where the case is closed. Call it with the case held, and its post before,
    after the report was deleted.
    """
    if case.state != Case.State.OPEN:
        return
    left = Report.objects.filter(case=case, state=Report.State.OPEN)
    weight = left.aggregate(sum=Sum("weight"))["sum"] or 0.0
    Case.objects.filter(pk=case.pk).update(report_weight=weight)
    case_rank(case.pk)
    entry_add(case, CaseEntry.Act.FORGOT, note=f"{reason}: whoever reported it is gone", at=at)


def case_flag(*, about: Post | Comment, flags: Sequence[Mapping[str, Any]], at: datetime) -> Case:
    """Open a case for what a rule held, reduced or removed, or join the open one, and return it.

    `flags` replace what models said earlier: each names its "rule" and "action", and the "scores"
    by kind and "words" that drove them. Call it with the text's post locked.
    """
    case = _gathered(
        _place(about), harm=harm_of_flags(flags), changes={"flags": list(flags)}, at=at
    )
    note = ", ".join(f"{flag['rule']}: {flag['action']}" for flag in flags)
    entry_add(case, CaseEntry.Act.FLAGGED, note=note, at=at)
    return case


def case_raise(*, about: Post | Comment | int, at: datetime) -> Case:
    """Open a case for what a moderator came upon unasked, or join the open one, and return it.

    `about` is the post, comment or account id. Call it with the text's post locked.
    """
    return _gathered(_place(about), harm=0.0, at=at)


def case_note(*, about: Post, note: str, harm: float, at: datetime) -> Case:
    """Open a case for what was found about the post beside its scores, or join the open one.

    Returns the case. Call it with the post locked.
    """
    case = _gathered(_place(about), harm=harm, at=at)
    entry_add(case, CaseEntry.Act.FLAGGED, note=note, at=at)
    return case


def case_lapse(*, about: Post | Comment, note: str, at: datetime) -> bool:
    """Close the case of a text that no rule flags any more, unless somebody reported it.

    `note` says why. Returns whether there was one. Call it with the text's post locked.
    """
    unreported = _open(about).exclude(reports__state=Report.State.OPEN)
    return bool(_closed(unreported, note=note, at=at))


def cases_moot(*, post_ids: Sequence[int] = (), comment_id: int | None = None, at: datetime) -> int:
    """Close the cases of texts that are being deleted, and return how many there were.

    With a post go its comments. Their reports are answered by nobody, and count for or against no
    reporter. Call it with the posts locked, before the texts go.
    """
    gone = Q(comment_id=comment_id) if comment_id is not None else Q(post_id__in=post_ids)
    open_cases = Case.objects.filter(gone, state=Case.State.OPEN)
    closed = _closed(open_cases, note="The text was deleted.", at=at)
    waiting = Report.objects.filter(case_id__in=closed, state=Report.State.OPEN)
    waiting.update(state=Report.State.MOOT)
    return len(closed)


def case_answered(
    *, case: Case, is_upheld: bool, ruling: str, moderator_id: int, at: datetime
) -> None:
    """Note how an appeal from the case was answered, which its reports follow.

    A case that nobody has decided, for a rule did what was appealed, is decided by the answer,
    with what that says of the text as its ruling.
    """
    waiting = Case.objects.filter(pk=case.pk, state=Case.State.OPEN)
    waiting.update(state=Case.State.DECIDED, ruling=ruling, decided_at=at, claimed_until=None)
    states = (Report.State.OPEN, Report.State.UPHELD)
    # Whoever reported what is overturned was wrong, and weighs so from now on.
    answer = Report.State.UPHELD if is_upheld else Report.State.DISMISSED
    Report.objects.filter(case=case, state__in=states).update(state=answer)
    note = "upheld" if is_upheld else "overturned"
    entry_add(case, CaseEntry.Act.ANSWERED, moderator_id=moderator_id, note=note, at=at)


def entry_add(
    case: Case,
    act: CaseEntry.Act,
    *,
    at: datetime,
    moderator_id: int | None = None,
    note: str = "",
) -> None:
    """Write in the case's record what happened to it. Without a moderator the house did it."""
    CaseEntry.objects.create(
        case=case, act=act, moderator_id=moderator_id, note=note[:300], happened_at=at
    )


def _place(about: Post | Comment | int) -> dict[str, Any]:
    if isinstance(about, Comment):
        beside = {"account_id": about.author_id, "post_id": about.post_id}
        return {"about": Case.About.COMMENT, "comment_id": about.pk, "defaults": beside}
    if isinstance(about, Post):
        beside = {"account_id": about.author_id}
        return {"about": Case.About.POST, "post_id": about.pk, "defaults": beside}
    return {"about": Case.About.ACCOUNT, "account_id": about, "defaults": {}}


def _gathered(
    place: dict[str, Any],
    *,
    harm: float,
    at: datetime,
    weight: float = 0.0,
    changes: Mapping[str, Any] | None = None,
) -> Case:
    place = {**place, "defaults": {**place["defaults"], "opened_at": at}}
    while True:
        try:
            case, is_new = Case.objects.get_or_create(state=Case.State.OPEN, **place)
        except IntegrityError:
            # One that was opened in between is decided already: see what there is now.
            continue
        still_open = Case.objects.filter(pk=case.pk, state=Case.State.OPEN)
        gathered = still_open.update(
            report_weight=F("report_weight") + weight,
            harm=Greatest(F("harm"), harm),
            **(changes or {}),
        )
        # Decided in between: what is said now opens the next case.
        if gathered:
            case_rank(case.pk)
            if is_new:
                entry_add(case, CaseEntry.Act.OPENED, at=at)
            return case


def _open(about: Post | Comment) -> QuerySet[Case]:
    place = _place(about)
    del place["defaults"]
    return Case.objects.filter(state=Case.State.OPEN, **place)


def _closed(cases: QuerySet[Case], *, note: str, at: datetime) -> list[int]:
    """Close the open cases and return their ids."""
    ids = list(cases.values_list("pk", flat=True))
    moot = Case.objects.filter(pk__in=ids, state=Case.State.OPEN)
    moot.update(state=Case.State.MOOT, decided_at=at, claimed_by=None, claimed_until=None)
    for case in Case.objects.filter(pk__in=ids):
        entry_add(case, CaseEntry.Act.CLOSED, note=note, at=at)
    return ids
