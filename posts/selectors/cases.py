"""The moderators' queue: open cases, the most urgent first."""

from datetime import datetime

from django.db.models import Case as Choose
from django.db.models import F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Greatest, Ln

from analytics.selectors.weights import Seconds
from posts.models import Case, Comment, Post

_DAY_SECONDS = 86_400.0
_OUT = Q(
    about=Case.About.COMMENT,
    post__moderation=Post.Moderation.VISIBLE,
    comment__moderation=Comment.Moderation.VISIBLE,
) | Q(about=Case.About.POST, post__moderation=Post.Moderation.VISIBLE)


def cases_by_urgency(cases: QuerySet[Case], *, at: datetime) -> QuerySet[Case]:
    """Order the cases by harm x reach x age at `at`, and annotate each of them.

    `harm_told` is the harm, raised by the weight of the reports; `reach` counts who sees it: the
    views of a text that is out, an account's followers, 1 for what is out of sight; `age` is 1
    for a new case and one more each day. Weights and reach count by their logarithm, so that a
    hundred more reports weigh less than the first ones. Ties go to the older case.
    """
    seen = Choose(
        When(_OUT, then=Cast("post__view_count", FloatField())),
        When(about=Case.About.ACCOUNT, then=Cast("account__follower_count", FloatField())),
        default=Value(0.0),
    )
    days = (Value(at.timestamp()) - Seconds("opened_at")) / _DAY_SECONDS
    return cases.annotate(
        harm_told=F("harm") * (Value(1.0) + Ln(Value(1.0) + F("report_weight"))),
        reach=Value(1.0) + Ln(Value(1.0) + seen),
        age=Value(1.0) + Greatest(days, Value(0.0)),
        urgency=F("harm_told") * F("reach") * F("age"),
    ).order_by("-urgency", "pk")


def case_ids_by_urgency(*, free_for: int, at: datetime, limit: int) -> list[int]:
    """Return the most urgent open cases that the moderator may claim and nobody has. One query."""
    unclaimed = Q(claimed_by=None) | Q(claimed_until__lte=at)
    free = Case.objects.filter(unclaimed, state=Case.State.OPEN).exclude(account_id=free_for)
    return list(cases_by_urgency(free, at=at).values_list("pk", flat=True)[:limit])
