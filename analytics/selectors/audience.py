"""Who watches and engages with some posts."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from analytics.models import Event
from analytics.selectors.weights import ENGAGEMENTS

_MET = (Event.Kind.VIEWED, *ENGAGEMENTS)


def audience_of(post_ids: Sequence[int], *, since: datetime, most: int) -> list[int]:
    """Return up to `most` others who viewed or engaged with these posts. One query."""
    met = Event.objects.filter(
        post_id__in=post_ids, kind__in=_MET, actor_id__isnull=False, occurred_at__gte=since
    ).exclude(actor_id=F("target_id"))
    ids = met.order_by().values_list("actor_id", flat=True).distinct()[:most]
    return [actor_id for actor_id in ids if actor_id is not None]
