"""What a test run has to itself: a var folder, a Redis database, a name in PostgreSQL.

pytest.ini loads it. Runs beside each other, and the workers of one run, never meet.
"""

import atexit
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis

from socialml.processes.child import Child
from socialml.processes.valkey import socket_prepare, valkey_await, valkey_command

# A claim outlives a run that was killed by this much.
CLAIM_SECONDS = 1800


class Surroundings:
    """The folders, servers and claims of this pytest process."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.valkey: Child | None = None
        self.claims: list[tuple[redis.Redis, str, redis.Redis]] = []

    def prepare(self) -> None:
        """Point the environment, which settings read once, at what belongs to this process."""
        if "PYTEST_XDIST_WORKER" not in os.environ:
            self.folder = Path(tempfile.mkdtemp(prefix="socialml-"))
            os.environ["SOCIALML_VAR"] = str(self.folder)
            if "DATABASE_URL" in os.environ:
                os.environ["DATABASE_URL"] += f"_{secrets.token_hex(4)}"
            if "REDIS_URL" not in os.environ:
                os.environ["REDIS_URL"] = self._valkey_start(self.folder / "valkey.sock")
        else:
            mine = Path(os.environ["SOCIALML_VAR"]) / os.environ["PYTEST_XDIST_WORKER"]
            mine.mkdir(exist_ok=True)
            os.environ["SOCIALML_VAR"] = str(mine)
        for name in ("REDIS_URL", "BROKER_URL"):
            if name in os.environ:
                os.environ[name] = self._claim(os.environ[name])

    def clean(self) -> None:
        """Forget what a test left in Redis."""
        for _, _, mine in self.claims:
            mine.flushdb()

    def release(self) -> None:
        """Give everything back; a second call finds nothing left to give."""
        while self.claims:
            first, claim, mine = self.claims.pop()
            mine.flushdb()
            first.delete(claim)
        if self.valkey:
            self.valkey.ask_to_end()
            self.valkey.end(deadline=time.monotonic() + 5)
            self.valkey = None
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _valkey_start(self, socket: Path) -> str:
        socket_prepare(socket)
        valkey = Child(
            "valkey",
            valkey_command(socket=socket, databases=64),
            log=socket.with_suffix(".log"),
        )
        valkey.start()
        self.valkey = valkey
        valkey_await(socket, seconds=10, is_running=lambda: valkey.is_running)
        return f"unix://{socket}?db=0"

    def _claim(self, url: str) -> str:
        """Return `url` with the number of a database that nobody else uses."""
        first = redis.Redis.from_url(_with_database(url, 0))
        count = int(first.config_get("databases")["databases"])
        for number in range(1, count):
            claim = f"socialml-test-run:{number}"
            if first.set(claim, os.getpid(), nx=True, ex=CLAIM_SECONDS):
                mine = redis.Redis.from_url(_with_database(url, number))
                mine.flushdb()
                self.claims.append((first, claim, mine))
                return _with_database(url, number)
        raise pytest.UsageError(f"All {count - 1} databases of {url} are taken by test runs.")


surroundings = Surroundings()
# pytest leaves some failures of its own start without any hook.
atexit.register(surroundings.release)


# A wrapper, because pytest-django reads the settings in this very hook.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    surroundings.prepare()
    return (yield)


def pytest_unconfigure() -> None:
    surroundings.release()


def pytest_runtest_setup(item: pytest.Item) -> None:
    wants_postgresql = item.get_closest_marker("postgresql") is not None
    if wants_postgresql and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("needs PostgreSQL: set DATABASE_URL")


@pytest.fixture(autouse=True)
def clean_redis() -> Iterator[None]:
    """Let no test meet what another left in the cache or the queue."""
    surroundings.clean()
    yield


@pytest.fixture
def one_rate_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the clock of the rate limits, so that no window ends in the middle of a test."""
    now = time.time()
    monkeypatch.setattr("socialml.api.gate.time", SimpleNamespace(time=lambda: now))


def _with_database(url: str, number: int) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))
