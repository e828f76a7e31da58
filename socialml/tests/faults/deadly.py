"""For a worker that is to end while it makes a reel: at the step that a file names, once.

The whole worker goes, its own process and those of its pool, as when a machine goes.
"""

import os
import signal
from pathlib import Path
from typing import Any

from reels.models import Rendition
from reels.services import measuring, processing

# What is called as the step begins, and for the how manieth time.
STEPS: dict[str, tuple[Any, str, int]] = {
    "check": (processing, "percent_tell", 1),
    "first version": (Rendition, "save", 1),
    "second version": (Rendition, "save", 2),
    "pictures": (Rendition, "save", 3),
    "hash": (measuring, "_hash_keep", 1),
    "analysis": (measuring, "_analysis_keep", 1),
    "finish": (processing, "copies_tell", 1),
}


def watch(step: str, told: Path) -> None:
    """Make this worker end as the step begins, if by then `told` names it."""
    place, name, last = STEPS[step]
    work, calls = getattr(place, name), []

    def deadly(*args: Any, **kwargs: Any) -> Any:
        if told.exists() and told.read_text() == step:
            calls.append(name)
            if len(calls) == last:
                told.unlink()
                os.killpg(os.getpgrp(), signal.SIGKILL)
        return work(*args, **kwargs)

    setattr(place, name, deadly)


for each in STEPS:
    watch(each, Path(os.environ["SOCIALML_VAR"]) / "die-at")
