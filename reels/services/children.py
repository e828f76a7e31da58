"""Starting the programs of reels.sandbox, and hearing what they say."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any

import reels.sandbox
from reels.services.refusals import VideoRefused

# A child is given nothing of ours, and no threads that it did not ask for.
CHILD_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
_FOLDER = Path(reels.sandbox.__file__).parent
# By the clock a child may take longer than by its own time: others work here too.
_CLOCK_A_CPU_SECOND = 3


class ChildFailed(Exception):
    """The program failed for a reason that is not the file's: another attempt may do it."""


def child_command(
    program: str, order: dict[str, Any], *, cpu_seconds: int, file_bytes: int
) -> list[str]:
    """Return how the program is started with what it may use up; `order` says what it is to do."""
    limits = {"cpu_seconds": cpu_seconds, "file_bytes": file_bytes}
    return [sys.executable, "-I", str(_FOLDER), program, json.dumps({**order, **limits})]


def child_run(
    program: str,
    order: dict[str, Any],
    *,
    cpu_seconds: int,
    file_bytes: int,
    on_progress: Callable[[float], None],
) -> dict[str, Any]:
    """Run the program and return what it found; `on_progress` gets the share that is done.

    What `on_progress` raises ends the program.

    :raises VideoRefused: if the program refuses the file or is ended by a limit.
    :raises ChildFailed: if it fails otherwise.
    """
    started = time.monotonic()
    with subprocess.Popen(
        child_command(program, order, cpu_seconds=cpu_seconds, file_bytes=file_bytes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=CHILD_ENVIRONMENT,
    ) as child:
        clock = Timer(cpu_seconds * _CLOCK_A_CPU_SECOND, child.kill)
        clock.start()
        try:
            found = _listen(child, on_progress)
            assert child.stderr is not None
            complaint = child.stderr.read()
        finally:
            clock.cancel()
            child.kill()
    if child.returncode < 0 and found is None:
        took = round(time.monotonic() - started)
        raise VideoRefused(f"Decoding it takes too much ({took} s).", code="invalid_video")
    if found is None:
        raise ChildFailed(f"{program}: {complaint[-2000:]}")
    if not found.pop("ok"):
        raise VideoRefused(found["message"], code=found["code"])
    return found


def _listen(
    child: "subprocess.Popen[str]", on_progress: Callable[[float], None]
) -> dict[str, Any] | None:
    assert child.stdout is not None
    for line in child.stdout:
        said: dict[str, Any] = json.loads(line)
        if "ok" in said:
            return said
        on_progress(said["done"])
    child.wait()
    return None
