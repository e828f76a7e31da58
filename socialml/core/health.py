"""Is the process up, and can it serve?"""

from django.db import DatabaseError, connection

from socialml.core.models import Job
from socialml.core.redis import breaker, client


def readiness() -> tuple[bool, dict[str, object]]:
    """Return whether requests can be served, and the state of each part.

    The database is needed; without Redis everything works, more slowly.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        dead = Job.objects.filter(state=Job.State.DEAD).count()
        waiting = Job.objects.filter(state=Job.State.WAITING).count()
    except DatabaseError:
        return False, {"status": "down", "database": "away"}
    cache = "ok" if breaker.call(client.ping, False) else "away"
    status = "ok" if cache == "ok" else "degraded"
    return True, {
        "status": status,
        "database": "ok",
        "cache": cache,
        "jobs_waiting": waiting,
        "jobs_dead": dead,
    }
