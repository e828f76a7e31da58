"""Publish what depends on a model."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mlengine.pipelines import PIPELINES
from mlengine.training import predictions_publish
from socialml.core.progress import progress


class Command(BaseCommand):
    help = "Rank and describe anew what depends on the model, by the version that is live."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", choices=sorted(PIPELINES))
        parser.add_argument("--nice", type=int, default=0, help="give way to others by this much")

    def handle(self, *, model: str, nice: int, **options: Any) -> None:
        os.nice(nice)
        predictions_publish(name=model, at=timezone.now(), progress=progress)
        self.stdout.write(f"Published what depends on {model}.")
