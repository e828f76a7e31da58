"""`python3 -m socialml.install [base|dev]`."""

from __future__ import annotations

import argparse
import sys

from socialml.install.environment import install
from socialml.install.failures import InstallError


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Install the locked requirements into .venv.")
    parser.add_argument("lock", nargs="?", default="base", choices=["base", "dev"])
    options = parser.parse_args(argv)
    try:
        install(lock=options.lock)
    except InstallError as error:
        print(str(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: run it again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
