"""The command lines of what runs: Valkey, the web server, the worker with beat, the follower."""

import sys
from pathlib import Path

from socialml.processes.child import Child
from socialml.processes.valkey import valkey_command

ROOT = Path(__file__).resolve().parents[2]

WEB_THREADS = 16
# The two workers have nothing to gossip about.
_ALONE = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]


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
    """The HTTP server: two processes, each of which works on two requests at once.

    That is the best of what was measured on two cores. The other threads wait for slow bodies,
    for no proxy does it: see socialml.api.turnstile.
    """
    options = {
        "interface": "wsgi",
        "host": host,
        "port": str(port),
        "workers": "2",
        "blocking-threads": str(WEB_THREADS),
        "workers-kill-timeout": "5",
        # Its one warning is of the threads above.
        "log-level": "error",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return Child(
        name="web server",
        command=[sys.executable, "-m", "granian", *arguments, *flags, "socialml.wsgi:application"],
        environment={
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            "SOCIALML_WEB_THREADS": str(WEB_THREADS),
        },
        log=logs / "web.log",
    )


def worker(*, run: Path, logs: Path) -> Child:
    """One Celery worker for every queue but that of videos, with the beat inside."""
    return Child(
        name="worker",
        command=[
            *[sys.executable, "-m", "celery", "--app", "socialml", "worker", "--beat"],
            *["--schedule", str(run / "beat-schedule")],
            *["--queues", "default,training", "--concurrency", "2"],
            *_ALONE,
        ],
        log=logs / "worker.log",
    )


def media_worker(*, logs: Path) -> Child:
    """The worker that makes videos, one at a time: minutes of work, which nothing else awaits."""
    return Child(
        name="media worker",
        command=[
            *[sys.executable, "-m", "celery", "--app", "socialml", "worker"],
            *["--hostname", "media@%h", "--queues", "media", "--concurrency", "1"],
            *_ALONE,
        ],
        log=logs / "media-worker.log",
    )


def follower(*, logs: Path) -> Child:
    """What ranks anew for whoever acts, at once; without it the worker does within seconds."""
    return Child(
        name="follower",
        command=[sys.executable, str(ROOT / "manage.py"), "slates_follow"],
        log=logs / "follower.log",
    )


def command(root: Path, *words: str) -> Child:
    """A command of manage.py, whose progress shows where ours does."""
    return Child(name=words[0], command=[sys.executable, str(root / "manage.py"), *words])
