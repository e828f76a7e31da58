"""Work outlives whoever was doing it, is done once, and is not tried for ever."""

import os
import signal

import pytest

from socialml.tests.faults.plant import TASKS, until, words_of


def test_what_a_killed_worker_was_doing_is_done_once_by_another(plant, lease):
    file = plant.folder / "said"
    plant.worker_start()
    plant.enqueue(work_slowly={"file": str(file), "seconds": 2})
    until(lambda: words_of(file), seconds=30)

    plant.kill("worker")
    plant.worker_start()

    # Its lease runs out, and the sweep comes by twice in the length of one.
    until(lambda: "done" in words_of(file), seconds=60)
    until(lambda: not plant.rows("SELECT 1 FROM core_job"), seconds=5)
    words = words_of(file)
    assert words.count("done") == 1
    assert len({word for word in words if word.startswith("started")}) == 2


def test_what_was_done_as_the_broker_went_is_done_once_by_the_same_worker(plant):
    file, later = plant.folder / "said", plant.folder / "later"
    plant.worker_start()
    plant.enqueue(work_slowly={"file": str(file), "seconds": 5})
    until(lambda: words_of(file), seconds=30)

    plant.kill("broker")
    plant.enqueue(work_slowly={"file": str(later), "seconds": 0})
    assert words_of(later) == []
    plant.valkey_start("broker")

    until(lambda: "done" in words_of(later) and "done" in words_of(file), seconds=60)
    until(lambda: not plant.rows("SELECT 1 FROM core_job"), seconds=5)
    assert plant.is_running("worker")
    assert words_of(file).count("done") == words_of(later).count("done") == 1


@pytest.mark.parametrize("lease", [4.0])
def test_each_job_is_tried_three_times_at_most_and_keeps_no_other_waiting(plant):
    said = {name: plant.folder / name for name in ("failed", "died", "longer", "hit")}
    plant.worker_start()

    plant.enqueue(
        fail={"file": str(said["failed"])},
        kill_own_process={"file": str(said["died"])},
        # Three leases: whoever lives renews its own.
        work_slowly={"file": str(said["longer"]), "seconds": 12},
    )
    until(lambda: words_of(said["longer"]), seconds=30)
    plant.enqueue(work_slowly={"file": str(said["hit"]), "seconds": 3})
    until(lambda: words_of(said["hit"]), seconds=30)
    os.kill(int(words_of(said["hit"])[0].split()[1]), signal.SIGKILL)

    until(lambda: len(plant.rows("SELECT 1 FROM core_job WHERE state = 'dead'")) == 2, seconds=60)
    until(
        lambda: "done" in words_of(said["longer"]) and "done" in words_of(said["hit"]), seconds=60
    )
    jobs = dict(plant.rows("SELECT task, error FROM core_job"))
    assert words_of(said["failed"]) == words_of(said["died"]) == ["tried"] * 3
    assert "no good whatever one does" in jobs[f"{TASKS}.fail"]
    assert jobs[f"{TASKS}.kill_own_process"] == "The worker died in each attempt."
    assert len(words_of(said["longer"])) == 2
    assert words_of(said["hit"]).count("done") == 1


def test_what_beat_asks_for_is_not_tried_for_ever_either(plant):
    deadly, healthy = plant.folder / "deadly", plant.folder / "healthy"
    plant.worker_start()

    plant.send(f"{TASKS}.kill_own_process_without_a_row", file=str(deadly))
    until(lambda: words_of(deadly), seconds=30)
    plant.send(f"{TASKS}.work_slowly", file=str(healthy), seconds=2)

    until(lambda: "done" in words_of(healthy), seconds=30)
    assert words_of(deadly) == ["tried"]
