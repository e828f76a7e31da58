"""The command lines of what runs: Valkey, the web server, the worker with its beat."""

import sys
from pathlib import Path

from socialml.processes.child import Child
from socialml.processes.valkey import valkey_command


def valkey(*, socket: Path, logs: Path) -> Child:
    """The cache and the broker of an installation without a Redis."""
    return Child(
        name="valkey",
        command=valkey_command(socket=socket),
        log=logs / "valkey.log",
        is_base=True,
        grace_seconds=3.0,
    )


def web(*, host: str, port: int, metrics: Path, logs: Path) -> Child:
    """The HTTP server: two processes of two threads, the best of those measured on two cores."""
    options = {
        "interface": "wsgi",
        "host": host,
        "port": str(port),
        "workers": "2",
        "blocking-threads": "2",
        "workers-kill-timeout": "5",
        "log-level": "warning",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return Child(
        name="web server",
        command=[sys.executable, "-m", "granian", *arguments, *flags, "socialml.wsgi:application"],
        environment={"PROMETHEUS_MULTIPROC_DIR": str(metrics)},
        log=logs / "web.log",
    )


def worker(*, run: Path, logs: Path) -> Child:
    """One Celery worker for every queue, with the beat inside."""
    return Child(
        name="worker",
        command=[
            *[sys.executable, "-m", "celery", "--app", "socialml", "worker", "--beat"],
            *["--schedule", str(run / "beat-schedule")],
            *["--queues", "default,media,training", "--concurrency", "2"],
            # One worker has nobody to gossip with.
            *["--without-gossip", "--without-mingle", "--loglevel", "INFO"],
        ],
        log=logs / "worker.log",
    )


def command(root: Path, *words: str) -> Child:
    """A command of manage.py, whose progress shows where ours does."""
    return Child(name=words[0], command=[sys.executable, str(root / "manage.py"), *words])
