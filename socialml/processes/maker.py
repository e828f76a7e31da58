"""Notice that the `make` which started us was interrupted or killed.

GNU make passes SIGTERM on to its recipe, but not a SIGINT sent to make alone (a terminal sends
Ctrl-C to both): it then waits for the recipe for ever, inside its own signal handler.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path


def watch_maker(make_level: str) -> Callable[[], bool]:
    """Return a function that says whether our make wants the end; never, without a make.

    `make_level` is the variable MAKELEVEL, which make gives its recipes.
    """
    if not make_level:
        return lambda: False
    maker = os.getppid()
    return lambda: os.getppid() != maker or _handles_interrupt(maker)


def _handles_interrupt(process: int) -> bool:
    """Return whether the process sits in its handler of SIGINT, which blocks that signal.

    Only Linux tells; elsewhere the answer is no.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
    blocked = int(status.split("SigBlk:", 1)[1].split()[0], 16)
    return bool(blocked >> (signal.SIGINT - 1) & 1)
