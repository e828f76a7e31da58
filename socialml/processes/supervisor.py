"""Start processes, notice when one ends, and stop all of them, whatever happens to us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from socialml.processes.child import Child
from socialml.processes.errors import Stopped, UpError

GUARD = Path(__file__).with_name("guard.py")
TICK_SECONDS = 0.1
ASK_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """The children of one `up`; leaving the context stops them all.

    Parameters
    ----------
    lock : int
        Descriptor of the folder's lock, which the guard holds on to after we are gone.
    is_abandoned : callable
        Whether whoever started us is gone or wants the end but cannot say so by a signal.
    """

    def __init__(self, *, lock: int, is_abandoned: Callable[[], bool]) -> None:
        self.is_abandoned = is_abandoned
        self.lock = lock
        self.children: list[Child] = []
        self.is_stopping = False

    def __enter__(self) -> Self:
        for name in ASK_TO_END:
            signal.signal(name, self._asked_to_stop)
        self._guard = subprocess.Popen(
            [sys.executable, "-I", str(GUARD)],
            stdin=subprocess.PIPE,
            pass_fds=[self.lock],
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # From here on a second Ctrl-C changes nothing: the end is under way. Python would take
        # back handlers of ours while it finalises, but not this one.
        for name in ASK_TO_END:
            signal.signal(name, signal.SIG_IGN)
        for is_base in (False, True):
            wave = [child for child in reversed(self.children) if child.is_base is is_base]
            for child in wave:
                child.ask_to_end()
            begun = time.monotonic()
            for child in wave:
                self._forget(child.end(deadline=begun + child.grace_seconds))
        assert self._guard.stdin
        self._guard.stdin.close()
        self._guard.wait()

    def start(self, child: Child) -> None:
        """Start a child that is to run until the end."""
        self._watch(child.start())
        self.children.append(child)

    def run(self, child: Child) -> int:
        """Run a child to its end and return its exit status.

        :raises Stopped: if the end was asked for meanwhile; the child is stopped then.
        :raises UpError: if one that is to run until the end went down.
        """
        self.start(child)
        try:
            while child.is_running:
                self.pause(besides=child)
        finally:
            child.ask_to_end()
            self._forget(child.end(deadline=time.monotonic() + child.grace_seconds))
            self.children.remove(child)
        return child.exit_code or 0

    def wait_for(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Return whether `condition` came true within `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            self.pause()
        return False

    def run_forever(self) -> None:
        """Keep watch until the end is asked for (Stopped) or a child goes down (UpError)."""
        while True:
            self.pause()

    def pause(self, *, besides: Child | None = None) -> None:
        """Sleep a moment, then see whether all is well.

        :raises Stopped: if the end was asked for.
        :raises UpError: if a child other than `besides` went down, with its last words.
        """
        time.sleep(TICK_SECONDS)
        if self.is_stopping or self.is_abandoned():
            raise Stopped
        for child in self.children:
            if child is not besides and not child.is_running:
                raise UpError(_obituary(child))
        if self._guard.poll() is not None:
            raise UpError("The guard process was killed, so everything is stopped.")

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def _watch(self, group: int) -> None:
        self._tell(f"+{group}\n")

    def _forget(self, group: int) -> None:
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        assert self._guard.stdin
        try:
            os.write(self._guard.stdin.fileno(), line.encode())
        except BrokenPipeError:
            # A killed guard is noticed at the next pause.
            return


def _obituary(child: Child) -> str:
    code = child.exit_code or 0
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
    words = child.last_words()
    return f"The {child.name} {how}." + (f" The end of {child.log}:\n{words}" if words else "")
