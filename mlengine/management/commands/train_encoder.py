from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlengine.errors import MLError
from mlengine.estimators.encoder.mixing import encoder_mix
from mlengine.estimators.encoder.opinions import Opinions
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
        parser.add_argument("--opinions", type=Path, help="what train_teacher wrote")
        less = parser.add_mutually_exclusive_group()
        less.add_argument(
            "--from-weights", type=Path, help="weights to go on from: the last round alone"
        )
        less.add_argument(
            "--mix-alone",
            action="store_true",
            help="train nothing: weigh the encoder that is there against new n-grams",
        )

    def handle(
        self,
        *,
        data: Path,
        to: Path,
        from_weights: Path | None = None,
        opinions: Path | None = None,
        mix_alone: bool = False,
        **options: Any,
    ) -> None:
        if MISSING and not mix_alone:
            raise CommandError(f"{MISSING} is not installed: see requirements/train.in.")
        try:
            if mix_alone:
                version = encoder_mix(data, to, progress=self.stderr.write)
            elif opinions:
                version = encoder_train(
                    data,
                    to,
                    opinions=Opinions.load(opinions),
                    start=from_weights,
                    progress=self.stderr.write,
                )
            else:
                raise CommandError("Give --opinions: the encoder learns what train_teacher wrote.")
        except (MLError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"{version} is in {to}"))
