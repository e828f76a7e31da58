"""Taking a case and giving it back, so that two moderators never decide one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from posts.models import Case, CaseEntry
from posts.selectors import case_ids_by_urgency
from posts.services.cases import entry_add
from socialml.core.errors import Conflict, Forbidden, NotFound

# Others may be claiming from the top of the queue at the same moment.
_TRIED_AT_ONCE = 20


class CaseNotFound(NotFound):
    """There is no such case."""


class CaseTaken(Conflict):
    """Another moderator has claimed the case."""

    code = "case_taken"


class CaseClosed(Conflict):
    """The case is no longer open."""

    code = "case_closed"


class OwnCase(Forbidden):
    """The case is about the moderator."""

    code = "own_case"


@transaction.atomic
def case_claim(*, case_id: int, moderator_id: int, at: datetime) -> Case:
    """Make the case the moderator's alone for SOCIALML_CLAIM_MINUTES, and return it.

    Claiming one's own again starts the time anew. A claim that ran out is anybody's.

    :raises CaseNotFound: if there is no such case.
    :raises CaseClosed: if it is no longer open.
    :raises CaseTaken: if it is another's.
    :raises OwnCase: if it is about the moderator.
    """
    until = at + timedelta(minutes=settings.SOCIALML_CLAIM_MINUTES)
    mine = Case.objects.filter(
        pk=case_id, state=Case.State.OPEN, claimed_by_id=moderator_id, claimed_until__gt=at
    )
    if not mine.update(claimed_until=until):
        free = case_free_for(case_id=case_id, moderator_id=moderator_id, at=at)
        if not free.update(claimed_by_id=moderator_id, claimed_until=until):
            raise case_refusal(case_id=case_id, moderator_id=moderator_id)
        entry_add(Case(pk=case_id), CaseEntry.Act.CLAIMED, moderator_id=moderator_id, at=at)
    return Case.objects.get(pk=case_id)


def case_claim_next(*, moderator_id: int, at: datetime) -> Case | None:
    """Claim the most urgent case that is nobody's, and return it; None if there is none left."""
    while ids := case_ids_by_urgency(free_for=moderator_id, at=at, limit=_TRIED_AT_ONCE):
        for case_id in ids:
            try:
                return case_claim(case_id=case_id, moderator_id=moderator_id, at=at)
            except (CaseTaken, CaseClosed, CaseNotFound):
                continue
    return None


@transaction.atomic
def case_release(*, case_id: int, moderator_id: int, at: datetime) -> bool:
    """Give the case back to whoever takes it next. Returns whether it was the moderator's."""
    mine = Case.objects.filter(pk=case_id, state=Case.State.OPEN, claimed_by_id=moderator_id)
    released = mine.update(claimed_by=None, claimed_until=None)
    if released:
        entry_add(Case(pk=case_id), CaseEntry.Act.RELEASED, moderator_id=moderator_id, at=at)
    return bool(released)


def case_free_for(*, case_id: int, moderator_id: int, at: datetime) -> QuerySet[Case]:
    """Keep the case if it is open, not about the moderator, and not claimed by another."""
    theirs = Q(claimed_by=None) | Q(claimed_by_id=moderator_id) | Q(claimed_until__lte=at)
    mine = Case.objects.exclude(account_id=moderator_id)
    return mine.filter(theirs, pk=case_id, state=Case.State.OPEN)


def case_refusal(*, case_id: int, moderator_id: int) -> NotFound | Conflict | Forbidden:
    """Return why the case is not the moderator's to take."""
    case = Case.objects.select_related("claimed_by").filter(pk=case_id).first()
    if case is None:
        return CaseNotFound(f"There is no case {case_id}.")
    if case.state != Case.State.OPEN:
        return CaseClosed(f"Case {case_id} is {case.state}: reload the queue.")
    if case.account_id == moderator_id:
        return OwnCase(f"Case {case_id} is about you: leave it to another moderator.")
    return CaseTaken(f"Case {case_id} is claimed by {case.claimed_by}: take another.")
