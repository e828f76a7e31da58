"""No more videos made at once than this machine has cores, whatever processes ask."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ASK_EVERY_SECONDS = 0.5


@contextmanager
def core_held() -> Iterator[None]:
    """Hold one of the machine's cores for the while, waiting for one where all are taken.

    Each is a file whose lock the kernel frees with the process. They are counted within one
    system, or container, and account.
    """
    while (lock := core_take()) is None:
        time.sleep(_ASK_EVERY_SECONDS)
    try:
        yield
    finally:
        os.close(lock)


def core_take() -> int | None:
    """Return a descriptor that holds a core until it is closed, or None if all are held."""
    folder = Path(tempfile.gettempdir()) / f"socialml-{os.geteuid()}-cores"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(core_count()):
        lock = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
        else:
            return lock
    return None


def core_count() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
