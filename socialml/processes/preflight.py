"""What must hold before anything is started."""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import socket
import time
from pathlib import Path

from socialml.processes.errors import UpError

# The demo community, its models and the logs of a day take a third of this.
NEEDED_BYTES = 300 * 2**20
# How long the guard of a killed `up` may take to end its processes.
HANDOVER_SECONDS = 10.0


def port_check(host: str, port: int) -> None:
    """Refuse a port that cannot be had.

    :raises UpError: naming the port and what to do.
    """
    with socket.socket() as probe:
        # As the server does: a port whose last connections are still fading is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise UpError(
                f"Port {port} is for the superuser alone: choose one above 1023, "
                f"as in `PORT={port + 8000} make run`."
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UpError(f"{host}:{port} cannot be listened on: {error.strerror}.") from error
            raise UpError(
                f"Port {port} is in use by another program: stop that one, or choose another port, "
                f"as in `PORT={_free_port(host, port)} make run`."
            ) from error


def disk_check(folder: Path, *, needed_bytes: int = NEEDED_BYTES) -> None:
    """Refuse to start where the database could not grow.

    :raises UpError: naming the space there is and the space needed.
    """
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise UpError(
            f"Only {free // 2**20} MB are free in {folder} and SocialML needs "
            f"{needed_bytes // 2**20} MB: free some space, or set SOCIALML_VAR to another folder."
        )


def folder_lock(folder: Path, *, port: int) -> int:
    """Take the folder for this `up` alone, and return the lock's descriptor.

    The lock is the kernel's: it ends with the processes that hold it, so nothing stale remains.

    :raises UpError: if another `up` runs on the same folder.
    """
    descriptor = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + HANDOVER_SECONDS
    while not _try_lock(descriptor):
        holder = _holder(descriptor)
        if (holder["pid"] and _is_alive(holder["pid"])) or time.monotonic() > deadline:
            os.close(descriptor)
            raise UpError(
                f"SocialML already runs on {folder.parent} (process {holder['pid']}, port "
                f"{holder['port']}): stop it first, or set SOCIALML_VAR to another folder."
            )
        # Its holder was killed, and the guard is still ending what it started.
        time.sleep(0.1)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "port": port}).encode(), 0)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> dict[str, int]:
    with contextlib.suppress(ValueError):
        return {"pid": 0, "port": 0, **json.loads(os.pread(descriptor, 1000, 0))}
    return {"pid": 0, "port": 0}


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _free_port(host: str, near: int) -> int:
    for port in range(near + 1, min(near + 100, 65536)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port
    return 8000
