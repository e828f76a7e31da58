from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlengine.errors import MLError
from mlengine.estimators.text_analyst import WEIGHTS

try:
    from mlengine.estimators.encoder.training import encoder_train
except ModuleNotFoundError as error:
    MISSING = error.name
else:
    MISSING = None


class Command(BaseCommand):
    help = "Fine-tune the text encoder on labelled public texts, after train_text, and store it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder of labelled texts")
        parser.add_argument("--to", type=Path, default=WEIGHTS, help="where the weights go")
        parser.add_argument(
            "--from-weights", type=Path, help="weights to go on from: the last round alone"
        )

    def handle(
        self, *, data: Path, to: Path, from_weights: Path | None = None, **options: Any
    ) -> None:
        if MISSING:
            raise CommandError(f"{MISSING} is not installed: see requirements/train.in.")
        try:
            version = encoder_train(data, to, start=from_weights, progress=self.stderr.write)
        except (MLError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"{version} is in {to}"))
