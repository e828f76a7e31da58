import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mlengine.models import Slate
from posts.models import Post
from profiles.services import tokens_issue
from socialml.bench.latency import action_to_feed, busy
from socialml.bench.load import Load, load_run
from socialml.bench.paths import PATHS, Community
from socialml.bench.ranking import ranking_measure
from socialml.bench.report import report_make, report_table
from socialml.bench.video import video_measure
from socialml.processes.child import Child
from socialml.processes.services import follower, worker
from socialml.processes.valkey import socket_prepare, valkey_await, valkey_command

FILE = Path("docs/bench/latest.json")
_ACCOUNTS = 200
_CONNECTIONS = 8
_INSIDE = "SOCIALML_BENCH"


class Command(BaseCommand):
    help = (
        "Measure the hot paths against a bare view and the usual ORM feed, in one run: one server "
        f"process on one core, the load on another. Prints a table and writes {FILE}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=4.0, help="length of each run")
        parser.add_argument("--rounds", type=int, default=3, help="runs of each path")
        parser.add_argument("--accounts", type=int, default=1000)
        parser.add_argument("--posts", type=int, default=5000)
        parser.add_argument("--events", type=int, default=100_000)

    def handle(self, **options: Any) -> None:
        if _INSIDE not in os.environ:
            self._again_in_a_folder_of_its_own()
            return
        self._prepare(options)
        self.stderr.write("Ranking for every account …")
        ranking = ranking_measure()
        self.stderr.write("Making a video …")
        video = video_measure()
        with _server() as address:
            community = _community()
            # The last posts are liked by nobody before: a second like would change no feed.
            measured = replace(community, post_ids=community.post_ids[:-_ACCOUNTS])
            runs = self._measure(address, measured, options)
            logs = settings.SOCIALML_VAR / "log"
            with _children([worker(run=settings.SOCIALML_VAR, logs=logs), follower(logs=logs)]):
                self.stderr.write("Waiting for feeds to change …")
                # The first ones wait for the processes to start.
                action_to_feed(address, community, rounds=3, first=_ACCOUNTS - 3)
                quiet = action_to_feed(address, community, rounds=20, first=_ACCOUNTS // 2)
                with busy(address, measured):
                    loaded = action_to_feed(
                        address, community, rounds=40, first=_ACCOUNTS // 2 + 20
                    )
        refresh = {"action_to_feed": quiet, "action_to_feed_under_load": loaded}
        found = {**report_make(runs, refresh, ranking), "video": video}
        self.stdout.write(report_table(found))
        file = settings.BASE_DIR / FILE
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found, indent=2) + "\n")
        self.stdout.write(self.style.SUCCESS(f"Wrote {FILE}."))

    def _again_in_a_folder_of_its_own(self) -> None:
        """Run this command again with a fresh database, cache and folder."""
        with tempfile.TemporaryDirectory(prefix="socialml-bench-") as folder:
            environment = {
                **os.environ,
                _INSIDE: "1",
                "SOCIALML_VAR": folder,
                "SOCIALML_URLCONF": "socialml.bench.urls",
                "SOCIALML_RATE_FACTOR": "1000000",
            }
            valkey = None
            if "REDIS_URL" not in os.environ:
                path = Path(folder) / "valkey.sock"
                socket_prepare(path)
                valkey = subprocess.Popen(valkey_command(socket=path), stdout=subprocess.DEVNULL)
                valkey_await(path, seconds=10, is_running=lambda: valkey.poll() is None)
                environment["REDIS_URL"] = f"unix://{path}?db=0"
            try:
                status = subprocess.call([sys.executable, *sys.argv], env=environment)
            finally:
                if valkey:
                    valkey.terminate()
                    valkey.wait()
        if status:
            raise CommandError(f"The bench stopped with status {status}: see above.")

    def _prepare(self, options: dict[str, Any]) -> None:
        call_command("migrate", verbosity=0)
        if not Post.objects.exists():
            sizes = {name: options[name] for name in ("accounts", "posts", "events")}
            call_command("seed", seed=1, **sizes)
            call_command("retrain")

    def _measure(
        self, address: tuple[str, int], community: Community, options: dict[str, Any]
    ) -> dict[str, list[Load]]:
        runs: dict[str, list[Load]] = {name: [] for name in PATHS}
        streams = {name: make(community) for name, make in PATHS.items()}
        for _ in range(options["rounds"]):
            for name, requests in streams.items():
                load_run(address, requests, seconds=1.0, connections=_CONNECTIONS)
                load = load_run(
                    address, requests, seconds=options["seconds"], connections=_CONNECTIONS
                )
                runs[name].append(load)
                self.stderr.write(f"{name:<10} {load.per_second:9.1f} requests/s")
        return runs


@contextmanager
def _server() -> Iterator[tuple[str, int]]:
    """One granian process on the first core; what measures it stays on the others."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads 2"
    server = Child(
        name="web server",
        command=[
            *[sys.executable, "-m", "granian", *options.split()],
            *["--no-ws", "--log-level", "warning", "socialml.wsgi:application"],
        ],
        log=settings.SOCIALML_VAR / "log" / "web.log",
    )
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    with _children([server]):
        os.sched_setaffinity(0, cores - {min(cores)} or cores)
        _await_port(port)
        yield "127.0.0.1", port
    os.sched_setaffinity(0, cores)


@contextmanager
def _children(children: list[Child]) -> Iterator[None]:
    for child in children:
        child.start()
    try:
        yield
    finally:
        for child in children:
            child.ask_to_end()
            child.end(deadline=time.monotonic() + child.grace_seconds)


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CommandError("The server did not come up within a minute.")


def _community() -> Community:
    """Accounts that have a slate of their own, and the posts."""
    slates = Slate.objects.filter(audience=Slate.Audience.ACCOUNT, surface="feed")
    ids = list(slates.values_list("audience_id", flat=True).distinct()[:_ACCOUNTS])
    now = timezone.now()
    return Community(
        tokens=[tokens_issue(user_id=user_id, at=now)["access"] for user_id in ids],
        post_ids=list(Post.objects.published().values_list("id", flat=True)[:5000]),
    )
