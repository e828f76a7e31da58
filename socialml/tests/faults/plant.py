"""A whole installation in a folder of its own, whose parts can be killed and brought back."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from socialml.processes.child import Child
from socialml.processes.valkey import socket_prepare, valkey_await, valkey_command

ROOT = Path(__file__).resolve().parents[3]
KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
MANAGE = [sys.executable, "manage.py"]
TASKS = "socialml.tests.faults.tasks"
DEADLY = "socialml.tests.faults.deadly"


class Plant:
    """Processes over one database, SQLite unless told otherwise, one cache and one broker.

    A worker holds a job for `lease` seconds, which sets the pace of all that is tried again.
    """

    def __init__(self, folder: Path, *, lease: float, database_url: str = "") -> None:
        self.folder = folder
        self.database = folder / "db.sqlite3"
        self.children: dict[str, Child] = {}
        self.environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "socialml.settings",
            "SOCIALML_VAR": str(folder),
            "REDIS_URL": f"unix://{folder}/cache.sock?db=0",
            "BROKER_URL": f"redis+socket://{folder}/broker.sock",
            "SOCIALML_JOB_LEASE_SECONDS": str(lease),
            # Named in any case: processes inherit what the tests themselves run on.
            "DATABASE_URL": database_url or f"sqlite:///{self.database}",
        }
        self.port = free_port()

    def manage(self, *words: str) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            [*MANAGE, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def valkey_start(self, name: str) -> None:
        path = self.folder / f"{name}.sock"
        socket_prepare(path)
        child = self._start(name, valkey_command(socket=path))
        valkey_await(path, seconds=10, is_running=lambda: child.is_running)

    def web_start(self) -> None:
        options = f"--interface wsgi --host 127.0.0.1 --port {self.port} --blocking-threads 2"
        command = [sys.executable, "-m", "granian", *options.split(), "--no-ws"]
        self._start("web", [*command, "--log-level", "warning", "socialml.wsgi:application"])
        until(self._web_answers, seconds=30)

    def worker_start(self, name: str = "worker") -> None:
        """Start a worker with its own beat."""
        celery = [sys.executable, "-m", "celery", "--app", "socialml", "worker", "--beat"]
        options = f"--schedule {self.folder}/{name}-beat --hostname {name}@%h"
        options += " --queues default,media,training --concurrency 2 --loglevel INFO"
        quiet = ["--without-gossip", "--without-mingle"]
        ours = ["--include", f"{TASKS},{DEADLY}"]
        self._start(name, [*celery, *options.split(), *quiet, *ours])

    def beat_was_down(self, name: str, *, days: int) -> None:
        """Leave a schedule behind as the beat of this worker would that ended days ago."""
        words = (
            "from datetime import timedelta; from celery.beat import PersistentScheduler;"
            "from socialml.celery import app;"
            f"schedule = PersistentScheduler(app=app, schedule_filename={str(self.folder)!r}"
            f" + '/{name}-beat');"
            "entries = list(schedule.schedule.values());"
            f"[setattr(e, 'last_run_at', e.last_run_at - timedelta({days})) for e in entries];"
            "schedule.close()"
        )
        self.manage("shell", "--command", words)

    def kill(self, name: str) -> None:
        """End a part and all it started at once, without a word of warning."""
        child = self.children.pop(name)
        assert child._process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child._process.pid, signal.SIGKILL)
        child._process.wait()

    def is_running(self, name: str) -> bool:
        return self.children[name].is_running

    def pause(self, name: str, *, goes_on: bool = False) -> None:
        """Stop a part where it stands: it keeps its connections and says nothing."""
        process = self.children[name]._process
        assert process
        os.killpg(process.pid, signal.SIGCONT if goes_on else signal.SIGSTOP)

    def enqueue(self, **wanted: dict[str, object]) -> None:
        """Ask for work as services do: of each of our tasks with these arguments."""
        words = "from socialml.core.queue import enqueue;"
        words += ";".join(f"enqueue({f'{TASKS}.{task}'!r}, **{w!r})" for task, w in wanted.items())
        self.manage("shell", "--command", words)

    def send(self, task: str, **kwargs: object) -> None:
        """Ask for work as beat does."""
        words = f"from socialml.celery import app; app.send_task({task!r}, kwargs={kwargs!r})"
        self.manage("shell", "--command", words)

    def rows(self, sql: str, *values: object) -> list[Any]:
        with sqlite3.connect(self.database, timeout=10) as database:
            return database.execute(sql, values).fetchall()

    def ask(
        self, method: str, path: str, body: object = None, *, token: str = ""
    ) -> tuple[int, Any, float]:
        """Return the status, the parsed body and the seconds of one request."""
        began = time.monotonic()
        raw = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        status, answer = self.ask_raw(method, path, raw, token=token, headers=headers)
        return status, answer, time.monotonic() - began

    def ask_raw(
        self, method: str, path: str, body: Any, *, token: str, headers: dict[str, str]
    ) -> tuple[int, Any]:
        """Return the status and the parsed body of one request, whose body goes as it is."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        if token:
            headers = {**headers, "Authorization": f"Bearer {token}"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def send_bytes(self, path: str, body: bytes, *, token: str) -> int:
        """PUT `body` as it is and return the status."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        kind = {"Content-Type": "application/octet-stream"}
        connection.request("PUT", path, body, {**kind, "Authorization": f"Bearer {token}"})
        status = connection.getresponse().status
        connection.close()
        return status

    def listen(self, token: str) -> HTTPConnection:
        """Ask for what goes on now, and keep the connection without reading the answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
        connection.request("GET", "/api/analytics/live", headers=headers)
        return connection

    def sign_up(self, username: str) -> str:
        """Make an account and return its access token."""
        status, answer, _ = self.ask("POST", "/api/profile", {"username": username})
        assert status == 201, answer
        return str(answer["data"]["tokens"]["access"])

    def end(self) -> None:
        for name in list(self.children):
            self.kill(name)

    def _start(self, name: str, command: list[str]) -> Child:
        log = self.folder / "log" / f"{name}.log"
        child = Child(name, command, log=log, environment=self.environment)
        child.start()
        self.children[name] = child
        return child

    def _web_answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def until(condition: Callable[[], object], *, seconds: float) -> float:
    """Wait for `condition`, and return the seconds that it took; fail if it takes too many."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - began


def words_of(file: Path) -> list[str]:
    """Return the lines that work has written so far."""
    return file.read_text().splitlines() if file.exists() else []
