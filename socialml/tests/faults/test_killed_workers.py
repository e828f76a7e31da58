"""Work outlives whoever was doing it, is done once, and is not tried for ever."""

import os
import signal

import pytest

from socialml.tests.faults.plant import until, words_of

TASKS = "socialml.tests.faults.tasks"
# A lease of 30 s, the sweep's 15 s, and what it takes a worker to start.
AGAIN_WITHIN = 60


@pytest.mark.parametrize("victim", ["process", "worker"])
def test_what_a_killed_worker_was_doing_is_done_by_another(plant, victim):
    file = plant.folder / "said"
    plant.worker_start()
    plant.enqueue(f"{TASKS}.work_slowly", file=str(file), seconds=3)
    until(lambda: words_of(file), seconds=30)

    if victim == "process":
        os.kill(int(words_of(file)[0].split()[1]), signal.SIGKILL)
    else:
        plant.kill("worker")
        plant.worker_start()

    until(lambda: "done" in words_of(file), seconds=AGAIN_WITHIN)
    until(lambda: not plant.rows("SELECT 1 FROM core_job"), seconds=5)
    words = words_of(file)
    assert words.count("done") == 1
    assert len({word for word in words if word.startswith("started")}) == 2


def test_work_that_takes_longer_than_a_lease_is_not_begun_twice(plant):
    file = plant.folder / "said"
    plant.worker_start()

    plant.enqueue(f"{TASKS}.work_slowly", file=str(file), seconds=50)

    until(lambda: "done" in words_of(file), seconds=90)
    assert len(words_of(file)) == 2


def test_work_that_cannot_be_done_is_tried_three_times_and_keeps_nobody_waiting(plant):
    failed, healthy = plant.folder / "failed", plant.folder / "healthy"
    plant.worker_start()

    plant.enqueue(f"{TASKS}.fail", file=str(failed))
    plant.enqueue(f"{TASKS}.work_slowly", file=str(healthy), seconds=0)

    until(lambda: "done" in words_of(healthy), seconds=30)
    until(lambda: plant.rows("SELECT 1 FROM core_job WHERE state = 'dead'"), seconds=90)
    ((attempts, error),) = plant.rows("SELECT attempts, error FROM core_job")
    assert words_of(failed) == ["tried"] * 3
    assert attempts == 3
    assert "no good whatever one does" in error


def test_of_trainings_asked_for_at_once_by_several_processes_one_runs(plant):
    together = (
        "import subprocess, sys;"
        "ps = [subprocess.Popen([sys.executable, 'manage.py', 'retrain', '--due'],"
        " stdout=subprocess.PIPE, text=True) for _ in range(4)];"
        "print(sorted(p.communicate()[0].splitlines()[0][:8] for p in ps))"
    )

    printed = plant.manage("shell", "--command", together)

    assert "['Not due.', 'Not due.', 'Not due.', 'model   ']" in printed
    assert plant.rows("SELECT state FROM mlengine_trainingrun") == [("done",)]
