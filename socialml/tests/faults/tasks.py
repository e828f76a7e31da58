"""Work that goes wrong, for a real worker to do: it writes down in a file that it was there."""

import os
import signal
import time
from pathlib import Path

from celery import shared_task

from socialml.core.queue import JobTask


@shared_task(base=JobTask)
def work_slowly(*, file: str, seconds: float, **_later: object) -> None:
    """Say who works, take a while, and say that it is done."""
    _say(file, f"started {os.getpid()}")
    time.sleep(seconds)
    _say(file, "done")


@shared_task(base=JobTask)
def fail(*, file: str, **_later: object) -> None:
    """Say that it was tried, and fail."""
    _say(file, "tried")
    raise ValueError("no good whatever one does")


@shared_task(base=JobTask)
def kill_own_process(*, file: str, **_later: object) -> None:
    """Say that it was tried, and die without another word."""
    _say(file, "tried")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task
def kill_own_process_without_a_row(*, file: str, **_later: object) -> None:
    """Do the same as work that beat asks for, which no row counts."""
    kill_own_process.run(file=file)


def _say(file: str, word: str) -> None:
    with Path(file).open("a") as lines:
        lines.write(f"{word}\n")
