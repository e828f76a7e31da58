"""Make .venv and put the locked requirements into it."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from socialml.install.failures import (
    InstallError,
    disk_check,
    failure_sentence,
    os_error_sentence,
    python_check,
)
from socialml.install.progress import Bar

try:
    import fcntl
except ImportError:
    sys.exit("SocialML runs on Linux and macOS; on Windows, run it inside WSL.")

ROOT = Path(__file__).resolve().parents[2]


def install(*, root: Path = ROOT, lock: str = "base") -> Path:
    """Bring root/.venv in step with requirements/<lock>.txt and return its Python.

    A lock that is installed already costs milliseconds: its sha256 is kept in .venv.

    :raises InstallError: if the environment cannot be made.
    """
    python_check(
        sys.version_info[:3],
        has_venv=importlib.util.find_spec("venv") is not None,
        has_pip=importlib.util.find_spec("ensurepip") is not None,
    )
    venv = root / ".venv"
    python = venv / "bin" / "python"
    try:
        with _alone(root):
            if not is_installed(root=root, lock=lock):
                disk_check(shutil.disk_usage(root).free, folder=root)
                _venv_create(venv)
                _requirements_install(python, lock_file=_lock_file(root, lock))
                _stamp(venv, lock).write_text(_digest(_lock_file(root, lock)))
    except OSError as error:
        raise InstallError(os_error_sentence(error, folder=root)) from error
    return python


def is_installed(*, root: Path, lock: str) -> bool:
    """Return whether .venv works and holds what requirements/<lock>.txt asks for.

    The developers' lock holds every pin of the base, so having it is having the base.
    """
    venv = root / ".venv"
    stamped = any(
        _stamp(venv, name).is_file()
        and _stamp(venv, name).read_text() == _digest(_lock_file(root, name))
        for name in (lock, "dev")
    )
    return stamped and _is_usable(venv)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: two installs at once would tear each other's files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _venv_create(venv: Path) -> None:
    if _is_usable(venv):
        return
    print(f"Making {venv} ...", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode:
        raise InstallError(failure_sentence(made.stdout))


def _requirements_install(python: Path, *, lock_file: Path) -> None:
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--progress-bar=off", "--retries=2", "-r", str(lock_file)]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PIP_USER": "0"}
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    pins = len(re.findall(r"^\S+==", lock_file.read_text(), re.MULTILINE))
    try:
        output = _watch(process, Bar(pins=pins), venv=python.parents[1])
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()
    if process.returncode:
        log = python.parents[1] / "install.log"
        with contextlib.suppress(OSError):
            log.write_text(output)
        raise InstallError(f"{failure_sentence(output)} (pip's own words: {log})")


def _watch(process: subprocess.Popen[bytes], bar: Bar, *, venv: Path) -> str:
    """Show how far pip is until it ends, and return what it printed."""
    assert process.stdout is not None
    output, line = "", ""
    while True:
        ready, _, _ = select.select([process.stdout], [], [], 0.5)
        if ready:
            read = os.read(process.stdout.fileno(), 65536).decode(errors="replace")
            if not read:
                break
            output += read
            *lines, line = (line + read).split("\n")
            for each in lines:
                bar.read(each)
        bar.installed(len(list(venv.glob("lib/python*/site-packages/*.dist-info"))))
    bar.end()
    return output


def _lock_file(root: Path, lock: str) -> Path:
    return root / "requirements" / f"{lock}.txt"


def _stamp(venv: Path, lock: str) -> Path:
    return venv / f"installed-{lock}.sha256"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _is_usable(venv: Path) -> bool:
    """Return whether its Python runs, and no package has lost a folder or its list of files.

    pip takes a package that lost its folder for installed, and would not mend it.
    """
    python = venv / "bin" / "python"
    if not python.is_file() or subprocess.run([str(python), "-c", ""]).returncode:
        return False
    for package in venv.glob("lib/python*/site-packages/*.dist-info"):
        record = package / "RECORD"
        if not record.is_file():
            return False
        files = record.read_text(encoding="utf-8").splitlines()
        folders = {file.strip('"').split(",", 1)[0].split("/", 1)[0] for file in files}
        if not all((package.parent / folder).exists() for folder in folders):
            return False
    return True
