"""Take a model back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mlengine.errors import UnknownModel
from mlengine.pipelines import PIPELINES
from mlengine.registry import version_retire, version_rollback


class Command(BaseCommand):
    help = "Let the version serve again that was live before the present one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", choices=sorted(PIPELINES))
        parser.add_argument("--off", action="store_true", help="let no version of it serve")

    def handle(self, *, model: str, off: bool, **options: Any) -> None:
        try:
            if off:
                told = f"{version_retire(name=model)} stops serving"
            else:
                told = f"{version_rollback(name=model, at=timezone.now())} serves again"
        except UnknownModel as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{told} within seconds; what was predicted follows.")
