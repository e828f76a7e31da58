"""The moderators' queue: open cases, the most urgent first."""

from datetime import datetime
from math import log

from django.db.models import Case as Choose
from django.db.models import F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Exp, Greatest, Ln

from analytics.selectors.weights import Seconds
from posts.models import Case, Comment, Post

# In so many seconds of waiting a case becomes twice as urgent. That stays within a factor of 1.5
# of one more for each day through the first week, and leaves no case waiting for ever.
AGE_DOUBLES_SECONDS = 2 * 86_400.0
_PER_SECOND = log(2) / AGE_DOUBLES_SECONDS
# What nobody said anything of yet still has a place, the last one.
_LEAST_HARM = 0.01
_OUT = Q(
    about=Case.About.COMMENT,
    post__moderation=Post.Moderation.VISIBLE,
    comment__moderation=Comment.Moderation.VISIBLE,
) | Q(about=Case.About.POST, post__moderation=Post.Moderation.VISIBLE)
_SEEN = Choose(
    When(_OUT, then=Cast("post__view_count", FloatField())),
    When(about=Case.About.ACCOUNT, then=Cast("account__follower_count", FloatField())),
    default=Value(0.0),
)
_HARM_TOLD = Greatest(F("harm"), Value(_LEAST_HARM)) * (
    Value(1.0) + Ln(Value(1.0) + F("report_weight"))
)
_REACH = Value(1.0) + Ln(Value(1.0) + _SEEN)

# Of a case: the logarithm of its urgency, as that of 1970 would have been. Every case's age grows
# by the same factor in the same time, so whichever of two is more urgent stays so: of the rank
# only harm and reach can change.
RANK = Ln(_HARM_TOLD) + Ln(_REACH) - Seconds("opened_at") * Value(_PER_SECOND)


def cases_by_urgency(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Order the cases by harm x reach x age, as their stored rank has it; ties go to the older.

    An index gives that order. `cases_measured` says what the three are, and
    posts.services.case_ranks how the rank is kept.
    """
    return cases.order_by("-rank", "pk")


def cases_measured(cases: QuerySet[Case], *, at: datetime) -> QuerySet[Case]:
    """Annotate each case with what makes it urgent at `at`.

    `harm_told` is the harm, raised by the weight of the reports; `reach` counts who sees it: the
    views of a text that is out, an account's followers, 1 for what is out of sight; `age` is 1
    for a new case and doubles every two days. Weights and reach count by their logarithm, so that
    a hundred more reports weigh less than the first ones. `urgency` is the product.
    """
    waited = Value(at.timestamp()) - Seconds("opened_at")
    return cases.annotate(
        harm_told=_HARM_TOLD,
        reach=_REACH,
        age=Exp(Greatest(waited, Value(0.0)) * Value(_PER_SECOND)),
        urgency=F("harm_told") * F("reach") * F("age"),
    )


def case_ids_by_urgency(*, free_for: int, at: datetime, limit: int) -> list[int]:
    """Return the most urgent open cases that the moderator may claim and nobody has. One query."""
    unclaimed = Q(claimed_by=None) | Q(claimed_until__lte=at)
    free = Case.objects.filter(unclaimed, state=Case.State.OPEN).exclude(account_id=free_for)
    return list(cases_by_urgency(free).values_list("pk", flat=True)[:limit])
