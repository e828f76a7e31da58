from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from socialml.core import queue
from socialml.core.models import Job

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def broker():
    """What reaches the broker, which is not ours."""
    queue._broker._open_until = 0.0
    with patch.object(queue, "message_send") as sent:
        yield sent


@pytest.fixture
def job():
    return Job.objects.create(task="a.b", created_at=NOW, available_at=NOW)


def test_work_is_published_after_commit_and_its_row_waits(
    broker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        queue.enqueue("a.b", post_id=7)
        broker.assert_not_called()

    job = Job.objects.get()
    broker.assert_called_once_with("a.b", queue="default", kwargs={"post_id": 7, "job_id": job.pk})
    assert job.state == Job.State.WAITING
    assert job.published_at is not None


def test_work_of_a_transaction_that_fails_is_never_wanted(broker):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.enqueue("a.b")
        raise ZeroDivisionError

    assert not Job.objects.exists()
    broker.assert_not_called()


def test_a_key_keeps_one_job_waiting(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        queue.enqueue("a.b", key="once")
        queue.enqueue("a.b", key="once")
        queue.enqueue("a.b", key="another")

    assert sorted(Job.objects.values_list("key", flat=True)) == ["another", "once"]
    assert broker.call_count == 2


def test_with_the_broker_away_the_job_waits_and_the_sweep_publishes_it(
    broker, django_capture_on_commit_callbacks
):
    broker.side_effect = OperationalError
    with django_capture_on_commit_callbacks(execute=True):
        queue.enqueue("a.b")
    assert Job.objects.get().published_at is None

    broker.side_effect = None
    queue._broker._open_until = 0.0

    assert queue.jobs_publish(at=timezone.now()) == 1
    assert Job.objects.get().published_at is not None


@pytest.mark.django_db(transaction=True)
def test_work_is_wanted_even_if_its_message_fails_in_a_way_nobody_foresaw(broker):
    broker.side_effect = DatabaseError

    with transaction.atomic():
        queue.enqueue("a.b")

    assert Job.objects.get().published_at is None


def test_a_message_that_got_lost_is_sent_again(broker, job):
    job.published_at = NOW - queue.REPUBLISH_AFTER - timedelta(seconds=1)
    job.save()

    assert queue.jobs_publish(at=NOW) == 1
    assert queue.jobs_publish(at=NOW) == 0


def test_a_job_runs_once_however_often_its_message_comes(job):
    ran = []

    queue.job_run(job.pk, lambda: ran.append(1), at=NOW)
    queue.job_run(job.pk, lambda: ran.append(2), at=NOW)

    assert ran == [1]
    assert not Job.objects.exists()


def test_a_job_that_runs_elsewhere_is_left_alone(job):
    Job.objects.update(state=Job.State.RUNNING, lease_until=NOW + timedelta(minutes=1))
    ran = []

    queue.job_run(job.pk, lambda: ran.append(1), at=NOW)

    assert ran == []
    assert Job.objects.get().state == Job.State.RUNNING


def test_a_killed_workers_job_is_free_again_after_its_lease(job, broker):
    Job.objects.update(state=Job.State.RUNNING, lease_until=NOW - timedelta(seconds=1))

    assert queue.jobs_publish(at=NOW) == 1

    ran = []
    queue.job_run(job.pk, lambda: ran.append(1), at=NOW)
    assert ran == [1]


def test_a_poison_job_dies_with_its_reason_after_three_attempts(job):
    def fail():
        raise ValueError("no good")

    for _ in range(5):
        queue.job_run(job.pk, fail, at=NOW)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DEAD, 3)
    assert "no good" in job.error


def test_a_job_that_kills_every_worker_dies_too(job):
    Job.objects.update(state=Job.State.RUNNING, attempts=3, lease_until=NOW - timedelta(seconds=1))
    ran = []

    queue.job_run(job.pk, lambda: ran.append(1), at=NOW)

    assert ran == []
    assert Job.objects.get().state == Job.State.DEAD
