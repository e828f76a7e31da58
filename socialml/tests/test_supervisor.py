"""The supervisor sets signal handlers, so each test gives it a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc to see which processes are left"
)

ROOT = Path(__file__).resolve().parents[2]
# Two children, each with a child of its own that ignores the request to end.
SUPERVISED = """
import os, sys
from pathlib import Path
from socialml.processes.child import Child
from socialml.processes.errors import Stopped, UpError
from socialml.processes.supervisor import Supervisor

folder = Path(sys.argv[1])
stubborn = "trap '' TERM; sleep 1000 & trap - TERM; echo started; wait"
lock = os.open(folder, os.O_RDONLY)
try:
    with Supervisor(lock=lock, is_abandoned=lambda: False) as supervisor:
        for name in ("first", "second"):
            command = ["sh", "-c", stubborn]
            supervisor.start(Child(name, command, log=folder / f"{name}.log", grace_seconds=1.0))
        supervisor.start(Child("third", ["sh", "-c", sys.argv[2]], log=folder / "third.log"))
        supervisor.wait_for((folder / "second.log").exists, seconds=5)
        print("up", flush=True)
        supervisor.run_forever()
except Stopped:
    print("stopped", flush=True)
except UpError as error:
    print(error, flush=True)
    sys.exit(1)
"""


def running(folder):
    """Return the processes whose environment names `folder`, zombies left out."""
    mark = f"SUPERVISED={folder}\0".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = mark in (process / "environ").read_bytes()
            is_dead = "\nState:\tZ" in (process / "status").read_text()
        except OSError:
            continue
        if is_ours and not is_dead:
            found.append(int(process.name))
    return found


def until_gone(folder, *, seconds):
    deadline = time.monotonic() + seconds
    while running(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return running(folder)


@pytest.fixture
def supervised(tmp_path):
    started = []

    def start(third="sleep 1000"):
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISED, str(tmp_path), third],
            cwd=ROOT,
            env={**os.environ, "SUPERVISED": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_further_ones_change_nothing(tmp_path, supervised, number):
    process = supervised()
    assert process.stdout.readline() == "up\n"
    assert len(running(tmp_path)) >= 6

    # To its very end.
    while process.poll() is None:
        process.send_signal(number)
        time.sleep(0.001)

    assert process.stdout.read() == "stopped\n"
    assert process.returncode == 0
    assert running(tmp_path) == []


def test_a_child_that_goes_down_is_named_with_its_last_words_and_takes_all_along(
    tmp_path, supervised
):
    process = supervised("echo out of luck; exit 7")

    output = process.stdout.read()

    assert process.wait(10) == 1
    assert "The third ended with status 7." in output
    assert "out of luck" in output
    assert running(tmp_path) == []


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_process(tmp_path, supervised):
    process = supervised()
    assert process.stdout.readline() == "up\n"

    process.kill()
    process.wait()

    assert until_gone(tmp_path, seconds=15) == []


def test_a_killed_guard_ends_everything(tmp_path, supervised):
    process = supervised()
    assert process.stdout.readline() == "up\n"
    [guard] = [
        pid for pid in running(tmp_path) if b"guard.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]

    os.kill(guard, signal.SIGKILL)

    assert "The guard process was killed" in process.stdout.read()
    assert process.wait(10) == 1
    assert running(tmp_path) == []


MAKEFILE = "run:\n\t@exec {python} recipe.py\n"
RECIPE = """
import os, sys, time
sys.path.insert(0, {root!r})
from socialml.processes.maker import watch_maker
wants_end = watch_maker(os.environ["MAKELEVEL"])
print("up", flush=True)
while not wants_end():
    time.sleep(0.05)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_end_of_make_alone_is_noticed_by_its_recipe(tmp_path, number):
    (tmp_path / "Makefile").write_text(MAKEFILE.format(python=sys.executable))
    (tmp_path / "recipe.py").write_text(RECIPE.format(root=str(ROOT)))
    make = subprocess.Popen(
        ["make", "run"],
        cwd=tmp_path,
        # Not as a make inside the make that may run these tests.
        env={"PATH": os.environ["PATH"], "SUPERVISED": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # As under a terminal, also where whoever started the tests ignores it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert make.stdout.readline() == b"up\n"

    make.send_signal(number)

    assert make.wait(10) != 0
    assert until_gone(tmp_path, seconds=5) == []
    make.stdout.close()
