"""Is the process up, and can it serve?"""

from datetime import datetime

from django.db import DatabaseError, connection
from django.db.models import Count, Min

from socialml.core.models import Job
from socialml.core.redis import breaker, client


def readiness() -> tuple[bool, dict[str, object]]:
    """Return whether requests can be served, and the state of each part.

    The database is needed; without Redis everything works, more slowly.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        jobs = jobs_by_state()
    except DatabaseError:
        return False, {"status": "down", "database": "away"}
    cache = "ok" if breaker.call(client.ping, False) else "away"
    status = "ok" if cache == "ok" else "degraded"
    return True, {
        "status": status,
        "database": "ok",
        "cache": cache,
        "jobs_waiting": jobs[Job.State.WAITING][0],
        "jobs_dead": jobs[Job.State.DEAD][0],
        "queues": waiting_by_queue(),
    }


def jobs_by_state() -> dict[str, tuple[int, datetime | None]]:
    """Return of each state how many jobs are in it, and since when the oldest exists. One query."""
    rows = Job.objects.values_list("state").annotate(Count("id"), Min("created_at")).order_by()
    found = {state: (count, oldest) for state, count, oldest in rows}
    return {state: found.get(state, (0, None)) for state in Job.State.values}


def waiting_by_queue() -> dict[str, int]:
    """Return of each queue that has some how many jobs wait in it or are worked on. One query."""
    alive = Job.objects.exclude(state=Job.State.DEAD)
    return dict(alive.values_list("queue").annotate(Count("id")).order_by("queue"))
