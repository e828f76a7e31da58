"""What moderators last said of each text: in a decision, or in a case that changed nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import Q

from posts.models import Case, Decision

Ruling = Case.Ruling
_RULINGS = {
    Decision.Action.RESTORE: Ruling.KEEP,
    Decision.Action.RESTORE_REACH: Ruling.KEEP,
    Decision.Action.REDUCE: Ruling.REDUCE,
    Decision.Action.HIDE: Ruling.REMOVE,
}
_TEXT = ("post_id", "comment_id", "post__content", "comment__content", "post__edited_at")
# What is said of comments that are gone names their post alone.
_OF_A_TEXT = Q(about="post", post__isnull=False) | Q(about="comment", comment__isnull=False)

# The post and the comment, None where it is about the post itself.
Place = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class LastWord:
    """How a moderator ruled about a text, when, and what it says."""

    ruling: Case.Ruling
    at: datetime
    text: str


def last_words(
    *, since: datetime | None = None, until: datetime | None = None
) -> dict[Place, LastWord]:
    """Return the last word of moderators on each text that still says what they read.

    Of those from `since` to before `until`, where given. Two queries.
    """
    when = Q()
    if since is not None:
        when &= Q(decided_at__gte=since)
    if until is not None:
        when &= Q(decided_at__lt=until)
    found: dict[Place, LastWord] = {}
    # A case says it plainer than the decisions of the same moment that carried it out.
    for place, word in chain(_decided(when), _ruled(when)):
        before = found.get(place)
        if before is None or before.at <= word.at:
            found[place] = word
    return found


def _decided(when: Q) -> Iterator[tuple[Place, LastWord]]:
    decisions = Decision.objects.filter(
        _OF_A_TEXT, when, is_automated=False, action__in=list(_RULINGS)
    )
    rows = decisions.order_by("pk").values_list("action", "decided_at", *_TEXT)
    for action, at, *text in rows.iterator():
        yield from _read(_RULINGS[Decision.Action(action)], at, *text)


def _ruled(when: Q) -> Iterator[tuple[Place, LastWord]]:
    cases = Case.objects.filter(_OF_A_TEXT, when, state=Case.State.DECIDED).exclude(ruling="")
    rows = cases.order_by("decided_at", "pk").values_list("ruling", "decided_at", *_TEXT)
    for ruling, at, *text in rows.iterator():
        yield from _read(Ruling(ruling), at, *text)


def _read(
    ruling: Case.Ruling,
    at: datetime,
    post_id: int,
    comment_id: int | None,
    post: str,
    comment: str | None,
    edited_at: datetime | None,
) -> Iterator[tuple[Place, LastWord]]:
    """Yield the word if the text is the one they read: posts alone are ever edited."""
    if comment_id is not None:
        yield (post_id, comment_id), LastWord(ruling, at, comment or "")
    elif edited_at is None or edited_at <= at:
        yield (post_id, None), LastWord(ruling, at, post)
