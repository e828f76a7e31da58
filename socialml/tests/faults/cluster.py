"""A PostgreSQL of a test's own, which it may restart."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

OPTIONS = "-h 127.0.0.1 -k {folder} -p {port} -c fsync=off"


def tool(name: str) -> str | None:
    """Return the path of one of PostgreSQL's programs, or None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


class Cluster:
    """One PostgreSQL in a folder, on a port."""

    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder
        self.port = port
        # PostgreSQL refuses to run as root.
        self.account = "postgres" if os.geteuid() == 0 else None
        if self.account:
            os.chown(folder, pwd.getpwnam(self.account).pw_uid, -1)
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = OPTIONS.format(folder=self.folder, port=self.port)
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def crash(self) -> None:
        """End it as a power cut would: no transaction is finished, nobody is told."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, name: str, *words: str) -> None:
        program = tool(name)
        assert program
        subprocess.run(
            [program, "-D", str(self.folder / "data"), *words],
            check=True,
            user=self.account,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
