"""Keeping each open case's place in the queue. The only writer of Case.rank.

What is said of a case moves it at once. Who sees it changes with every view and every follower,
so that part is looked up for all of them now and then, by the worker.
"""

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Abs

from posts.models import Case
from posts.selectors.cases import RANK

_AT_ONCE = 500
# Less than one percent of urgency is not worth a write.
_NOTICED = 0.01


def case_rank(case_id: int) -> None:
    """Give the case the rank that its harm and reach have now. Call it with the case held."""
    _write(Case.objects.filter(pk=case_id))


def cases_rerank() -> int:
    """Rank the open cases anew whose harm or reach changed, and return how many that were.

    Cases that somebody holds at the moment are left for the next time, so that nobody waits for
    this while it waits for them.
    """
    open_cases = Case.objects.filter(state=Case.State.OPEN)
    moved = open_cases.annotate(moved_by=Abs(RANK - F("rank")))
    ids = list(moved.filter(moved_by__gte=_NOTICED).values_list("pk", flat=True))
    pages = (ids[first : first + _AT_ONCE] for first in range(0, len(ids), _AT_ONCE))
    return sum(_page_rerank(page) for page in pages)


@transaction.atomic
def _page_rerank(case_ids: list[int]) -> int:
    free = Case.objects.select_for_update(skip_locked=True, no_key=True)
    held = list(free.filter(pk__in=case_ids, state=Case.State.OPEN).values_list("pk", flat=True))
    return _write(Case.objects.filter(pk__in=held))


def _write(cases: QuerySet[Case]) -> int:
    here = Case.objects.filter(pk=OuterRef("pk")).annotate(rank_now=RANK)
    return cases.update(rank=Subquery(here.values("rank_now")))
