"""Where the web processes add their counts up for /metrics."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108


@contextmanager
def metrics_folder(run: Path, *, memory: Path = SHARED_MEMORY) -> Iterator[Path]:
    """Make an empty folder for the counts of what runs in `run`; it is deleted at the end.

    It lies in shared memory where there is some. The counts are files mapped into memory: on a
    disk that is full, adding to one ends its process.
    """
    name = f"socialml-{os.geteuid()}-{hashlib.sha256(str(run).encode()).hexdigest()[:12]}"
    folder = memory / name if os.access(memory, os.W_OK) else run / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
