"""How often decisions turn out wrong: by rule, by model, by moderator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Count, Q

from posts.models import Appeal, Decision

# What decisions are counted by, and the column that says it.
BY: Mapping[str, str] = MappingProxyType(
    {"rule": "rule_code", "model": "model_version", "moderator": "moderator__username"}
)


@dataclass(frozen=True, slots=True)
class OverturnRate:
    """What became of the decisions that rest on one rule, one model or one moderator."""

    name: str
    decisions: int
    # Taken back by a moderator, after an appeal or without one.
    reversed: int
    appealed: int
    upheld: int
    overturned: int

    @property
    def rate(self) -> float | None:
        """The share overturned of the appeals answered; None where none was."""
        answered = self.upheld + self.overturned
        return self.overturned / answered if answered else None

    @property
    def reversed_share(self) -> float:
        """The share of the decisions that a moderator took back."""
        return self.reversed / self.decisions


def overturn_rates(*, by: str, since: datetime | None = None) -> list[OverturnRate]:
    """Return what became of decisions against people, `by` one of BY, the most frequent first.

    Decisions before `since`, and those that name no such rule, model or moderator, are left out.
    One query.
    """
    column = BY[by]
    decisions = Decision.objects.filter(action__in=Decision.AGAINST)
    if since is not None:
        decisions = decisions.filter(decided_at__gte=since)
    counted = (
        decisions.exclude(**{column: ""})
        .exclude(**{column: None})
        .values_list(column)
        .annotate(
            all=Count("pk", distinct=True),
            taken_back=Count("reversals", distinct=True, filter=Q(reversals__is_automated=False)),
            appealed=Count("appeal", distinct=True),
            appeals_upheld=_appeals(Appeal.State.UPHELD),
            appeals_overturned=_appeals(Appeal.State.OVERTURNED),
        )
    )
    rates = [OverturnRate(*row) for row in counted]
    return sorted(rates, key=lambda rate: (-rate.decisions, rate.name))


def _appeals(state: Appeal.State) -> Count:
    return Count("appeal", distinct=True, filter=Q(appeal__state=state))
