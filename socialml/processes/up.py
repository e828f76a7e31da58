"""Everything `make run` does after the install, in order."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from socialml.processes import database, services
from socialml.processes.child import Child
from socialml.processes.errors import UpError
from socialml.processes.greeting import greeting
from socialml.processes.metrics import metrics_folder
from socialml.processes.preflight import disk_check, folder_lock, port_check
from socialml.processes.readiness import web_answer, worker_answers
from socialml.processes.supervisor import Supervisor
from socialml.processes.valkey import ValkeyError, socket_prepare, valkey_await

READY_SECONDS = 90.0


@dataclass(frozen=True)
class Installation:
    """Where an installation lives and what it may do.

    `valkey_socket` is None where a Redis runs elsewhere; `host_header` is a name it answers to.
    """

    root: Path
    var: Path
    host: str
    port: int
    host_header: str
    valkey_socket: Path | None
    may_seed: bool
    has_client: bool


def up(
    installation: Installation, *, say: Callable[[str], None], is_abandoned: Callable[[], bool]
) -> None:
    """Start everything, tell where it is, and keep it running until asked to stop.

    :raises Stopped: when the end was asked for and everything is down.
    :raises UpError: if something cannot be started, or goes down.
    """
    begun = time.monotonic()
    logs, run = installation.var / "log", installation.var / "run"
    for folder in (installation.var, logs, run, installation.var / "media"):
        folder.mkdir(parents=True, exist_ok=True)
    # The lock first: of two starts in one folder, the second should hear of the first.
    lock = folder_lock(run, port=installation.port)
    port_check(installation.host, installation.port)
    disk_check(installation.var)
    with (
        metrics_folder(run) as metrics,
        Supervisor(lock=lock, is_abandoned=is_abandoned) as supervisor,
    ):
        if installation.valkey_socket:
            _valkey_start(supervisor, installation.valkey_socket, logs=logs)
        _database_prepare(supervisor, installation, say=say)
        web = services.web(
            host=installation.host, port=installation.port, metrics=metrics, logs=logs
        )
        supervisor.start(web)
        supervisor.start(services.worker(run=run, logs=logs))
        supervisor.start(services.follower(logs=logs))
        _await_ready(supervisor, installation, web)
        # Only now: nobody waits for it before there is a site to upload to.
        supervisor.start(services.media_worker(logs=logs))
        url = f"http://{installation.host}:{installation.port}"
        seconds = time.monotonic() - begun
        say(
            greeting(
                url=url,
                var=installation.var,
                seconds=seconds,
                has_client=installation.has_client,
            )
        )
        supervisor.run_forever()


def _valkey_start(supervisor: Supervisor, socket: Path, *, logs: Path) -> None:
    try:
        socket_prepare(socket)
        server = services.valkey(socket=socket, logs=logs)
        supervisor.start(server)
        valkey_await(socket, seconds=10, is_running=lambda: server.is_running)
    except ValkeyError as error:
        supervisor.pause()
        raise UpError(str(error)) from error


def _database_prepare(
    supervisor: Supervisor, installation: Installation, *, say: Callable[[str], None]
) -> None:
    migrated = database.database_migrate()
    if migrated:
        say(f"Applied {migrated} migrations.")
    supervisor.pause()
    if installation.may_seed and not database.has_accounts():
        say("Making a demo community.")
        status = supervisor.run(services.command(installation.root, "seed"))
        if status:
            raise UpError(f"The demo community could not be made (status {status}): see above.")
    if not database.was_trained() and database.has_events():
        say("Training the models.")
        status = supervisor.run(services.command(installation.root, "retrain"))
        if status:
            # Every prediction has a fallback, so there is no reason not to serve.
            say(f"Training failed (status {status}, see above); the fallbacks serve meanwhile.")
    database.connections_close()


def _await_ready(supervisor: Supervisor, installation: Installation, web: Child) -> None:
    answers: list[str] = []

    def is_ready() -> bool:
        answers[:] = [
            web_answer(installation.host, installation.port, host_header=installation.host_header)
        ]
        return answers[0] == "200"

    if not supervisor.wait_for(is_ready, seconds=READY_SECONDS):
        raise UpError(
            f"/health/ready did not answer 200 within {READY_SECONDS:.0f} s (last: {answers[0]}). "
            f"The end of {web.log}:\n{web.last_words()}"
        )
    # Everything is served without a worker, so a broker that is away is no reason to give up.
    supervisor.wait_for(worker_answers, seconds=READY_SECONDS)
