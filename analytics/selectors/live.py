"""What goes on right now, from the end of the log."""

from datetime import datetime, timedelta

from django.db.models import Count

from analytics.models import Event
from analytics.selectors.weights import ACTIONS

# Somebody who did nothing for so long is taken to be away.
ONLINE_FOR = timedelta(minutes=5)


def online_accounts(*, at: datetime) -> int:
    """Return how many accounts did something in the last five minutes. One query."""
    events = Event.objects.filter(
        occurred_at__gt=at - ONLINE_FOR, occurred_at__lte=at, kind__in=ACTIONS
    )
    return int(events.aggregate(n=Count("actor_id", distinct=True))["n"])
