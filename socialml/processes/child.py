"""One process of ours: its command, its log, its process group."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

LOG_BYTES_KEPT = 10 * 2**20
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A process that leads its own group, so that ending the group ends all it started.

    Without `log` it writes where we write. What others stand on (`is_base`) is stopped last.
    """

    name: str
    command: list[str]
    log: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    is_base: bool = False
    grace_seconds: float = 8.0
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """Start it and return its process group."""
        with contextlib.ExitStack() as files:
            output = files.enter_context(_log_open(self.log)) if self.log else None
            self._process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        if self._process and self.is_running:
            self._process.terminate()

    def end(self, *, deadline: float) -> int:
        """Wait until `deadline` (monotonic), kill what is left of the group, and return it."""
        assert self._process
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return self._process.pid

    def last_words(self, *, lines: int = 15) -> str:
        """Return the end of its log."""
        if self.log is None or not self.log.exists():
            return ""
        last = self.log.read_text(errors="replace").splitlines()[-lines:]
        # A log line carries its traceback and may be pages long.
        return "\n".join(line if len(line) <= 400 else f"{line[:400]} …" for line in last)


def _log_open(log: Path) -> BinaryIO:
    """Open a log for appending; a large one is put aside first, as name.log.1."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES_KEPT:
        log.replace(log.with_name(f"{log.name}.1"))
    return log.open("ab")


def _end_with_parent() -> None:
    """Ask Linux to end this process when `up` is killed; the guard sees to its group."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
