"""Redis as a broker that may be away or hang, under a request as under a worker."""

from functools import cache
from typing import Any

from celery import current_app
from kombu.pools import producers
from kombu.transport import redis

# A request does not wait longer than this for a broker that hangs.
PUBLISH_SECONDS = 0.3


class Channel(redis.Channel):
    """A channel that leaves unacknowledged messages where they are when its connection breaks.

    kombu 5.7 puts them back into their queues over that same connection, after having let go of
    where it leads; the error that follows is none the worker knows, and ends it. None of ours
    need that: the sweep sends a job again, and beat asks for everything else anew.
    """

    do_restore = False


class Transport(redis.Transport):
    Channel = Channel


def message_send(task: str, *, queue: str, kwargs: dict[str, object]) -> None:
    """Ask the workers of `queue` for a task, by its name.

    :raises OperationalError: if the broker is away or does not answer within PUBLISH_SECONDS.
    """
    with _hasty_producers().acquire(block=True) as producer:
        current_app.send_task(task, kwargs=kwargs, queue=queue, retry=False, producer=producer)


@cache
def _hasty_producers() -> Any:
    """Return connections for publishing alone; a worker waits longer on its own, for work."""
    options = {"socket_timeout": PUBLISH_SECONDS, "socket_connect_timeout": PUBLISH_SECONDS}
    return producers[current_app.connection_for_write(transport_options=options)]
