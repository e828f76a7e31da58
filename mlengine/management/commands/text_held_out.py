from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlengine.datasets.held_out import held_out_write
from mlengine.errors import MLError


class Command(BaseCommand):
    help = "Write the labelled texts that training keeps back, a file for each `evaluate`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder of labelled texts")
        parser.add_argument("--to", type=Path, required=True, help="where the files go")

    def handle(self, *, data: Path, to: Path, **options: Any) -> None:
        try:
            held_out_write(data, to, progress=self.stderr.write)
        except (MLError, OSError) as error:
            raise CommandError(str(error)) from error
