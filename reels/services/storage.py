"""Where the files of reels lie: under names of our own making."""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

_WORK = "work"


def key_make() -> str:
    """Return a new name that nobody can guess."""
    return secrets.token_hex(16)


@contextmanager
def local_file(name: str) -> Iterator[Path]:
    """Give the stored file as a local path; one that lies elsewhere is fetched for the while."""
    try:
        local = Path(default_storage.path(name))
    except NotImplementedError:
        local = None
    if local is not None:
        yield local
        return
    with TemporaryDirectory() as folder, default_storage.open(name) as stored:
        path = Path(folder) / "video"
        with path.open("wb") as copy:
            for chunk in stored.chunks():
                copy.write(chunk)
        yield path


@contextmanager
def work_folder() -> Iterator[Path]:
    """Give an empty folder for files that are being made; those of killed processes go first.

    Whoever works in a folder holds its lock, which the kernel frees with the process. The folders
    lie beside the stored files where those are local, so that storing one is a rename.
    """
    root = _work_root()
    root.mkdir(parents=True, exist_ok=True)
    work_sweep()
    folder, lock = _folder_make(root)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def work_sweep() -> int:
    """Delete the folders of processes that were killed, and return how many there were."""
    root, count = _work_root(), 0
    for folder in root.iterdir() if root.is_dir() else ():
        lock = _lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            count += 1
    return count


def file_put(name: str, path: Path) -> None:
    """Store the file at `path` as `name`, in place of any that is there; it may be moved."""
    default_storage.delete(name)
    with path.open("rb") as file:
        stored = default_storage.save(name, _Movable(file, path))
    if stored != name:
        # Another run put the same there meanwhile.
        default_storage.delete(stored)


def files_delete(names: Iterable[str]) -> None:
    """Delete these files; empty names and missing files are fine."""
    for name in filter(None, names):
        default_storage.delete(name)


def files_delete_later(names: Iterable[str]) -> None:
    """Delete these files once the transaction commits; empty names and missing files are fine."""
    for name in filter(None, names):
        transaction.on_commit(partial(default_storage.delete, name))


class _Movable(File):  # type: ignore[type-arg]  # it takes none at run time
    """A file that a local storage may rename instead of copying."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        super().__init__(file, name=path.name)
        self.path = path

    def temporary_file_path(self) -> str:
        return str(self.path)


def _work_root() -> Path:
    with suppress(NotImplementedError):
        return Path(default_storage.path(_WORK))
    return Path(tempfile.gettempdir()) / f"socialml-{os.geteuid()}-{_WORK}"


def _folder_make(root: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(dir=root))
        lock = _lock(folder)
        # A sweep may have come between the two.
        if lock is not None and folder.is_dir():
            return folder, lock
        if lock is not None:
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """Return a descriptor that holds the folder, or None if another holds it or it is gone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
