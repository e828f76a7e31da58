"""What can go wrong while installing, each told in one sentence."""

from __future__ import annotations

import errno
import re
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
# The environment takes 660 MB, the developers' 850, and pip unpacks wheels beside it.
NEEDED_BYTES = 1000 * 2**20

# What pip prints when it fails, and what to tell instead; the first that matches is told.
FAILURES = [
    (
        r"no space left on device|disk quota exceeded",
        "The disk is full: free about 1 GB and run it again.",
    ),
    (
        r"do not match the hashes",
        "A downloaded package differs from its locked hash, so it was not installed: run it again, "
        "and if that does not help, ask whoever runs your package index.",
    ),
    (
        r"certificate_verify_failed",
        "The package index shows a certificate that this Python does not trust: "
        "set PIP_CERT to the file of your authority.",
    ),
    (
        r"failed building wheel for (?P<name>[\w.-]+)|metadata-generation-failed",
        "{name} has no ready-made wheel for this Python and system and could not be compiled: "
        "install a C and C++ compiler (Debian: `apt install build-essential python3-dev`, macOS: "
        "`xcode-select --install`) or use Python 3.11 on Linux or macOS.",
    ),
    (
        r"newconnectionerror|name resolution|connect(?:ion)? ?timed? ?out|read timed out"
        r"|name or service not known|nodename nor servname|proxyerror|connection refused"
        r"|network is unreachable|connecttimeout",
        "The package index cannot be reached: check the network, the proxy, or pip's index-url.",
    ),
    (
        r"no matching distribution found for (?P<name>[\w.-]+)",
        "The package index offers no {name} in the locked version for this Python and system: "
        "use Python 3.11 on Linux or macOS, or check pip's index-url.",
    ),
    (
        r"permission denied|read-only file system",
        "A file in .venv cannot be written: check the owner of the folder.",
    ),
]


class InstallError(Exception):
    """The environment could not be made; the message is one sentence that says what to do."""


def python_check(version: tuple[int, ...], *, has_venv: bool, has_pip: bool) -> None:
    """Refuse a Python that cannot run the project.

    :raises InstallError: naming what is missing and how to get it.
    """
    told = f"{version[0]}.{version[1]}"
    if tuple(version[:2]) < OLDEST_PYTHON:
        raise InstallError(
            f"SocialML needs Python 3.11 or newer and {sys.executable} is {told}: "
            "install one, then run `make run PYTHON=python3.11`."
        )
    if not (has_venv and has_pip):
        raise InstallError(
            f"{sys.executable} lacks the modules venv and ensurepip: on Debian or Ubuntu run "
            f"`apt install python{told}-venv`, then try again."
        )


def disk_check(free_bytes: int, *, folder: Path) -> None:
    """Refuse to begin an install that cannot fit.

    :raises InstallError: naming the space there is and the space needed.
    """
    if free_bytes < NEEDED_BYTES:
        raise InstallError(
            f"Only {free_bytes // 2**20} MB are free in {folder} and the install needs "
            f"{NEEDED_BYTES // 2**20} MB: free some space and run it again."
        )


def os_error_sentence(error: OSError, *, folder: Path) -> str:
    """Return one sentence for a failure of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"No space is left in {folder}: free some and run it again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or folder} cannot be written: check its owner and permissions."
    return f"{error.strerror or error}: {error.filename or folder}."


def failure_sentence(output: str) -> str:
    """Return one sentence for what made pip fail, from all it printed."""
    for pattern, sentence in FAILURES:
        found = re.search(pattern, output, re.IGNORECASE)
        if found:
            name = found.groupdict().get("name") or "A package"
            return sentence.format(name=name)
    said = [line for line in output.splitlines() if line.lower().startswith("error")]
    return f"The install failed: {said[-1] if said else 'it did not say why.'}"
