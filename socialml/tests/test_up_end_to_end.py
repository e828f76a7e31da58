"""The real processes on a folder and a port of their own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from socialml.tests.test_supervisor import until_gone

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see what is left"),
]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def surroundings(tmp_path):
    """An environment as bare as a newcomer's, but for the folder."""
    kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return {**environment, "SOCIALML_VAR": str(tmp_path), "SUPERVISED": str(tmp_path)}


@pytest.fixture
def start(tmp_path, surroundings, port):
    """Start `up` and return it once it says that it answers."""
    started = []

    def start_up():
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--no-seed", "--port", str(port)],
            cwd=ROOT,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C stops everything" in line:
                return process
        pytest.fail("".join(said))

    yield start_up
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
    until_gone(tmp_path, seconds=15)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_it_serves_until_ctrl_c_and_leaves_nothing_behind(tmp_path, start, port, surroundings):
    process = start()

    assert get(port, "/health/ready")[0] == 200
    assert get(port, "/api/schema")[0] == 200
    # Nobody was seeded, so nobody's password was printed or kept.
    assert not (tmp_path / "demo.json").exists()
    assert json.loads((tmp_path / "run" / "up.lock").read_text())["pid"] == process.pid
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600

    for _ in range(20):
        get(port, "/health/live")
    counted = 'socialml_requests_total{method="GET",route="health/live",status="200"} 20.0'
    # Whichever of the two processes answers, it tells of both.
    told = [get(port, "/metrics")[1].decode() for _ in range(6)]
    assert [counted in text for text in told] == [True] * 6
    assert 'socialml_jobs{state="dead"} 0.0' in told[0]

    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", str(port)],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"already runs on {tmp_path} (process {process.pid}, port {port})" in second.stderr
    assert len(second.stderr.splitlines()) == 1

    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)

    assert process.stdout.read() == "Stopped.\n"
    assert process.wait(30) == 0
    assert until_gone(tmp_path, seconds=0) == []


def test_a_killed_up_leaves_nothing_and_starts_again(tmp_path, start, port):
    first = start()
    first.kill()
    first.wait()

    # At once: the second waits until the guard has ended what the first had started.
    second = start()

    assert get(port, "/health/ready")[0] == 200
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
    assert until_gone(tmp_path, seconds=0) == []


def test_a_killed_worker_is_named_and_takes_all_along(tmp_path, start):
    process = start()
    workers = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if str(tmp_path).encode() in _read(folder / "cmdline")
        and b"celery" in _read(folder / "cmdline")
    ]

    os.kill(min(workers), signal.SIGKILL)

    assert "The worker was killed by SIGKILL." in process.stdout.read()
    assert process.wait(30) == 1
    assert until_gone(tmp_path, seconds=0) == []


def test_a_database_that_does_not_answer_is_told_in_a_sentence(surroundings, port, tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", str(port)],
        cwd=ROOT,
        env={**surroundings, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "The database cannot be used" in done.stderr
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert until_gone(tmp_path, seconds=0) == []


def _read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""
