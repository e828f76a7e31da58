"""Parts of long work run side by side, and none outlives the whole."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from socialml.core.parallel import ProcessDied, parts_done

ROOT = Path(__file__).resolve().parents[3]
LONG = 120


def process_told(number):
    time.sleep(0.2)
    return number, os.getpid()


def linger(folder):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(LONG)


def fail_beside(folder):
    wait_until(lambda: any(Path(folder).iterdir()))
    raise LookupError("no such thing")


def die_beside(folder):
    wait_until(lambda: any(Path(folder).iterdir()))
    os.kill(os.getpid(), signal.SIGKILL)


def is_running(process_id):
    status = Path(f"/proc/{process_id}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_until(is_so, seconds=30):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def lingering(folder):
    return [int(file.name) for file in folder.iterdir()]


def test_with_one_job_parts_are_done_here_one_after_the_other():
    done = parts_done([partial(process_told, number) for number in range(3)], jobs=1)

    assert list(done) == [(place, (place, os.getpid())) for place in range(3)]


@pytest.mark.slow
def test_with_two_jobs_two_other_processes_do_them():
    done = dict(parts_done([partial(process_told, number) for number in range(6)], jobs=2))

    assert {place: number for place, (number, _) in done.items()} == {n: n for n in range(6)}
    processes = {process for _, process in done.values()}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_nothing_to_do_is_done_at_once():
    assert list(parts_done([], jobs=2)) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize(
    ("ending", "raised"), [(fail_beside, LookupError), (die_beside, ProcessDied)]
)
def test_an_error_ends_what_is_under_way(tmp_path, ending, raised):
    parts = [partial(linger, tmp_path), partial(ending, tmp_path), partial(linger, tmp_path)]
    began = time.monotonic()

    with pytest.raises(raised):
        list(parts_done(parts, jobs=2))

    assert time.monotonic() - began < LONG / 2
    wait_until(lambda: not any(map(is_running, lingering(tmp_path))))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_no_process_outlives_the_one_that_began_it(tmp_path):
    words = (
        "from functools import partial\n"
        "from socialml.core.parallel import parts_done\n"
        "from socialml.core.tests.test_parallel import linger\n"
        f"list(parts_done([partial(linger, {str(tmp_path)!r})] * 2, jobs=2))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", words], cwd=ROOT)
    wait_until(lambda: len(lingering(tmp_path)) == 2)

    parent.kill()
    parent.wait()

    wait_until(lambda: not any(map(is_running, lingering(tmp_path))))
