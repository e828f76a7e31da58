"""Several processes train what one does, and none is left behind."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from socialml.core.tests.test_parallel import is_running, wait_until
from socialml.tests.faults.plant import MANAGE, ROOT, Plant

COUNTS = (
    "SELECT name, is_live FROM mlengine_modelversion ORDER BY name",
    "SELECT audience, surface, COUNT(*) FROM mlengine_slate GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT COUNT(*) FROM mlengine_accountinsight",
    "SELECT COUNT(*) FROM mlengine_similarposts",
    "SELECT COUNT(*) FROM mlengine_segmentmembership",
)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, migrated):
    """A SQLite file with a small community that nothing was learned of."""
    plant = Plant(tmp_path_factory.mktemp("s"), lease=10.0)
    shutil.copy(migrated, plant.database)
    plant.manage("seed", "--seed=1", "--accounts=300", "--posts=400", "--events=12000")
    return plant.database


def test_two_processes_come_to_what_one_comes_to(plant, seeded):
    said = {}
    for jobs in ("1", "2"):
        shutil.copy(seeded, plant.database)
        plant.manage("retrain", "--jobs", jobs)
        said[jobs] = [plant.rows(query) for query in COUNTS]

    assert said["1"] == said["2"]
    assert all(said["2"])


def test_a_killed_process_fails_the_run_in_one_line_and_the_next_run_trains(plant, seeded):
    shutil.copy(seeded, plant.database)
    training = subprocess.Popen(
        [*MANAGE, "retrain", "--jobs", "2"],
        cwd=ROOT,
        env=plant.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: len(workers_of(training.pid)) == 2)
    workers = workers_of(training.pid)

    os.kill(workers[0], signal.SIGKILL)
    _, stderr = training.communicate(timeout=60)

    assert training.returncode == 1
    assert "Traceback" not in stderr
    assert "CommandError: A process was killed at its work" in stderr.splitlines()[-1]
    assert plant.rows("SELECT state FROM mlengine_trainingrun") == [("failed",)]
    wait_until(lambda: not any(map(is_running, workers)))
    plant.manage("retrain", "feed")
    assert plant.rows("SELECT state FROM mlengine_trainingrun ORDER BY id") == [
        ("failed",),
        ("done",),
    ]


def workers_of(process_id):
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [int(child) for child in children if "spawn_main" in command_of(child)]


def command_of(process_id):
    return Path(f"/proc/{process_id}/cmdline").read_text()
