"""`manage.py up`: the whole product on this machine, until Ctrl-C."""

import argparse
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from socialml.processes.errors import Stopped, UpError
from socialml.processes.maker import watch_maker
from socialml.processes.up import Installation, up
from socialml.settings.env import env

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Start the cache, the web server and the worker; seed and train where there is nothing."
    # The processes it starts check themselves; twice would cost a second of every start.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = env.str("PORT", default="8000")
        parser.add_argument(
            "--port", type=_port, default=default, help="port to listen on (or PORT)"
        )
        parser.add_argument("--no-seed", action="store_true", help="leave an empty database empty")

    def handle(self, *, port: int, no_seed: bool, **options: Any) -> None:
        is_production = settings.SOCIALML_ENVIRONMENT == "production"
        is_embedded = settings.REDIS_URL.startswith(f"unix://{settings.VALKEY_SOCKET}?")
        installation = Installation(
            root=Path(settings.BASE_DIR),
            var=settings.SOCIALML_VAR,
            host=HOST,
            port=port,
            host_header=_host_header(settings.ALLOWED_HOSTS),
            valkey_socket=settings.VALKEY_SOCKET if is_embedded else None,
            may_seed=not (is_production or no_seed),
            has_client=settings.SOCIALML_DEMO_CLIENT,
        )
        try:
            up(installation, say=self._say, is_abandoned=watch_maker(env.str("MAKELEVEL", "")))
        except Stopped:
            self._say("Stopped.")
        except UpError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _host_header(allowed: list[str]) -> str:
    """Return a name that this installation answers to."""
    named = [name for name in allowed if not name.startswith(("*", "."))]
    return HOST if HOST in named or not named else named[0]


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: choose a number from 1 to 65535.")
    return int(text)
