from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlengine.errors import MLError
from mlengine.estimators.text_analyst import WEIGHTS
from mlengine.estimators.text_weights import text_models_train


class Command(BaseCommand):
    help = "Train the text models on labelled public texts and store them with the package."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder of labelled texts")
        parser.add_argument("--to", type=Path, default=WEIGHTS, help="where the weights go")

    def handle(self, *, data: Path, to: Path, **options: Any) -> None:
        try:
            version = text_models_train(data, to, progress=self.stderr.write)
        except (MLError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"{version} is in {to}"))
