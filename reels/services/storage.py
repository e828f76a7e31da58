"""Where the files of reels lie: under names of our own making."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.storage import default_storage
from django.db import transaction


def key_make() -> str:
    """Return a new name that nobody can guess."""
    return secrets.token_hex(16)


@contextmanager
def local_file(name: str) -> Iterator[Path]:
    """Give the stored file as a local path; one that lies elsewhere is fetched for the while."""
    try:
        yield Path(default_storage.path(name))
        return
    except NotImplementedError:
        pass
    with TemporaryDirectory() as folder, default_storage.open(name) as stored:
        path = Path(folder) / "video"
        with path.open("wb") as copy:
            for chunk in stored.chunks():
                copy.write(chunk)
        yield path


def files_delete_later(names: Iterable[str]) -> None:
    """Delete these files once the transaction commits; empty names and missing files are fine."""
    for name in filter(None, names):
        transaction.on_commit(partial(default_storage.delete, name))
