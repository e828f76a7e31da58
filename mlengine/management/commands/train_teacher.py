from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlengine.datasets.text_sources import TASKS
from mlengine.errors import MLError
from mlengine.estimators.text_weights import EXCLUSIVE

try:
    from mlengine.estimators.encoder.teaching import opinions_of
except ModuleNotFoundError as error:
    MISSING = error.name
else:
    MISSING = None


class Command(BaseCommand):
    help = "Fine-tune a larger network on labelled public texts, and write what it says of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder of labelled texts")
        parser.add_argument("--to", type=Path, required=True, help="file for train_encoder")

    def handle(self, *, data: Path, to: Path, **options: Any) -> None:
        if MISSING:
            raise CommandError(f"{MISSING} is not installed: see requirements/train.in.")
        try:
            tasks = {name: read(data) for name, read in TASKS.items()}
            opinions = opinions_of(tasks, EXCLUSIVE, progress=self.stderr.write)
            opinions.save(to)
        except (MLError, OSError) as error:
            raise CommandError(str(error)) from error
        told = f"What it says of {len(opinions.texts)} texts is in {to}"
        self.stdout.write(self.style.SUCCESS(told))
