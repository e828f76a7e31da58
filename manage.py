#!/usr/bin/env python3
"""Every command of the project. Where Django is not installed yet, installs it into .venv first."""

from __future__ import annotations

import importlib
import os
import sys
from importlib import metadata
from pathlib import Path

from socialml.install.environment import install
from socialml.install.failures import InstallError, os_error_sentence

ROOT = Path(__file__).resolve().parent


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "socialml.settings")
    try:
        if not _has_our_django():
            python = str(install(root=ROOT))
            if Path(sys.prefix) == ROOT / ".venv":
                raise InstallError("The environment in .venv is damaged: delete it and try again.")
            os.execv(python, [python, *sys.argv])
        return _run()
    except InstallError as error:
        print(str(error), file=sys.stderr)
        return 1
    except OSError as error:
        var = Path(os.environ.get("SOCIALML_VAR", ROOT / "var"))
        print(os_error_sentence(error, folder=var), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _has_our_django() -> bool:
    """Return whether this interpreter holds the series of Django that the lock names."""
    lock = (ROOT / "requirements" / "base.txt").read_text()
    wanted = lock.split("\ndjango==", 1)[1].split()[0].split(".")[:2]
    try:
        return metadata.version("django").split(".")[:2] == wanted
    except metadata.PackageNotFoundError:
        return False


def _run() -> int:
    # Django may have been missing until now, so it cannot stand at the top of the file.
    management = importlib.import_module("django.core.management")
    exceptions = importlib.import_module("django.core.exceptions")
    try:
        management.execute_from_command_line(sys.argv)
    except exceptions.ImproperlyConfigured as error:
        print(str(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
