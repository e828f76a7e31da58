"""Stop what `up` leaves behind when it is killed without a chance to clean up.

Run as a file, fed through standard input: +123 watches the process group 123, -123 forgets it.
When the input ends, `up` is gone: what is still watched is asked to end, then killed. It also
holds the lock of the folder until then, so that a new start never meets the old processes.
"""

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 5.0


def guard() -> None:
    groups: list[int] = []
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.append(group)
        else:
            groups.remove(group)
    stop(groups)


def stop(groups: list[int]) -> None:
    """End the process groups, those started last first, within the time of grace."""
    for group in reversed(groups):
        with contextlib.suppress(ProcessLookupError):
            # The leader alone: it ends its own children in order.
            os.kill(group, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(map(is_alive, groups)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    guard()
