"""The one way domain code asks for background work, and how that work is claimed."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

import structlog
from celery import Task
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis import RedisError

from socialml.core.broker import message_send
from socialml.core.models import Job
from socialml.core.redis import Breaker

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
# A worker that was killed says nothing; its job is free again after this. One that lives
# renews the lease three times in its length.
LEASE = timedelta(seconds=settings.SOCIALML_JOB_LEASE_SECONDS)
# How long a failed job waits, times its attempts so far.
RETRY_AFTER = LEASE / 3
# A message unheard of for this long is sent again.
REPUBLISH_AFTER = LEASE * 1.5
_PUBLISH_AT_ONCE = 500

_broker = Breaker(
    name="broker", retry_seconds=5.0, failures=(OperationalError, RedisError, OSError)
)


def enqueue(task: str, *, queue: str = "default", key: str = "", **kwargs: object) -> None:
    """Run the task named `task` once the transaction commits; it is lost only with the database.

    Tasks are named by dotted path rather than imported, so that services stay below tasks in
    the import graph. A `key` keeps at most one such job waiting. With the broker away the job
    waits in its row, and the sweep publishes it when the broker is back.
    """
    now = timezone.now()
    job = Job(task=task, kwargs=kwargs, queue=queue, key=key, created_at=now, available_at=now)
    if not _insert_unless_waiting(job):
        return

    def publish() -> None:
        _publish(job.pk, task, queue, kwargs)

    # What was committed is answered as done, whatever becomes of the hint.
    transaction.on_commit(publish, robust=True)


def jobs_publish(*, at: datetime) -> int:
    """Send what waits and was never sent, or was sent so long ago that it may be lost."""
    Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=at).update(
        state=Job.State.WAITING, available_at=at, published_at=None
    )
    waiting = Job.objects.filter(state=Job.State.WAITING, available_at__lte=at).filter(
        Q(published_at=None) | Q(published_at__lt=at - REPUBLISH_AFTER)
    )
    count = 0
    for job in waiting.order_by("id")[:_PUBLISH_AT_ONCE]:
        if not _publish(job.pk, job.task, job.queue, job.kwargs):
            break
        count += 1
    return count


def jobs_retry(*, ids: Sequence[int], at: datetime) -> int:
    """Let the dead ones of these jobs be tried again, from the first attempt; return how many."""
    dead = Job.objects.filter(pk__in=ids, state=Job.State.DEAD)
    return dead.update(
        state=Job.State.WAITING, attempts=0, available_at=at, published_at=None, lease_until=None
    )


class JobTask(Task):
    """A task whose work is a Job row.

    Called with `job_id` it claims the row first: a repeated message finds it taken or gone and
    does nothing. A failure puts the row back, at most MAX_ATTEMPTS times, then marks it dead
    with the reason. Without `job_id` (beat, tests) the task just runs.
    """

    abstract = True
    acks_late = True
    # Only here, where the row counts the attempts, does this not make a poisonous task loop.
    reject_on_worker_lost = True
    ignore_result = True

    def __call__(self, *args: Any, job_id: int | None = None, **kwargs: Any) -> Any:
        if job_id is None:
            return super().__call__(*args, **kwargs)
        return job_run(job_id, partial(super().__call__, *args, **kwargs), at=timezone.now())


def job_run(job_id: int, work: Callable[[], Any], *, at: datetime) -> Any:
    """Claim the job, do `work`, and delete the row; return None if it is not there to claim."""
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lt=at)
    claimed = Job.objects.filter(free, pk=job_id).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, lease_until=at + LEASE
    )
    if not claimed:
        return None
    attempts = Job.objects.values_list("attempts", flat=True).get(pk=job_id)
    if attempts > MAX_ATTEMPTS:
        # Each earlier attempt took its worker with it, so none could write down why.
        Job.objects.filter(pk=job_id).update(
            state=Job.State.DEAD, error="The worker died in each attempt."
        )
        return None
    try:
        with _lease_renewed(job_id, attempts):
            result = work()
    except Exception:
        _job_failed(job_id, attempts=attempts)
        return None
    Job.objects.filter(pk=job_id, attempts=attempts).delete()
    return result


@contextmanager
def _lease_renewed(job_id: int, attempts: int) -> Iterator[None]:
    """Keep this attempt's lease from running out while the block runs."""
    has_ended = Event()

    def renew() -> None:
        mine = Job.objects.filter(pk=job_id, state=Job.State.RUNNING, attempts=attempts)
        while not has_ended.wait(LEASE.total_seconds() / 3):
            try:
                mine.update(lease_until=timezone.now() + LEASE)
            except DatabaseError as error:
                log.warning("lease_not_renewed", job_id=job_id, reason=str(error))
        connection.close()

    thread = Thread(target=renew, name=f"lease of job {job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()


def _job_failed(job_id: int, *, attempts: int) -> None:
    reason = traceback.format_exc(limit=-8)
    is_dead = attempts >= MAX_ATTEMPTS
    log.error("job_failed", job_id=job_id, attempts=attempts, is_dead=is_dead, reason=reason)
    # Only this attempt's own row: a stalled one may have been overtaken by the next.
    Job.objects.filter(pk=job_id, attempts=attempts).update(
        state=Job.State.DEAD if is_dead else Job.State.WAITING,
        error=reason,
        available_at=timezone.now() + RETRY_AFTER * attempts,
        published_at=None,
        # A failed job gives its key up: another may wait under it by now.
        key="",
    )


def _insert_unless_waiting(job: Job) -> bool:
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError:
        return False
    return True


def _publish(job_id: int, task: str, queue: str, kwargs: dict[str, object]) -> bool:
    def send() -> bool:
        message_send(task, queue=queue, kwargs={**kwargs, "job_id": job_id})
        return True

    sent = _broker.call(send, False)
    if sent:
        Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(published_at=timezone.now())
    return sent
