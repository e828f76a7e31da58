import os
import signal
import socket
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from mlengine.slates.follow import acts_follow


class Command(BaseCommand):
    help = "Rank anew for whoever acts, within a second, until stopped. Several share the work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--alive", type=Path, help="touch this file while at work")

    def handle(self, *, alive: Path | None, **options: Any) -> None:
        is_stopping = False

        def stop(number: int, frame: FrameType | None) -> None:
            nonlocal is_stopping
            is_stopping = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)

        def asked() -> bool:
            if alive:
                alive.touch()
            return is_stopping

        acts_follow(name=f"{socket.gethostname()}-{os.getpid()}", is_stopping=asked)
