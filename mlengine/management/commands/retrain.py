"""Train models now."""

import os
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mlengine.errors import MLError
from mlengine.models import TrainingRun
from mlengine.pipelines import PIPELINES
from mlengine.training import TrainingRunning, models_retrain, models_retrain_due
from socialml.core.progress import progress


class Command(BaseCommand):
    help = "Train the named models, all by default, and publish anew what depends on them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", nargs="*", help=", ".join(PIPELINES))
        parser.add_argument("--due", action="store_true", help="only if the schedule wants it")
        parser.add_argument("--nice", type=int, default=0, help="give way to others by this much")

    def handle(self, *, model: list[str], due: bool, nice: int, **options: Any) -> None:
        os.nice(nice)
        train = models_retrain_due if due else _train_named(model)
        try:
            run = train(at=timezone.now(), progress=progress)
        except (MLError, TrainingRunning) as error:
            raise CommandError(str(error)) from error
        if run is None:
            self.stdout.write("Not due.")
            return
        for line in _table(run):
            self.stdout.write(line)
        if run.state == TrainingRun.State.FAILED:
            raise CommandError(run.error)


def _train_named(names: list[str]) -> Any:
    def train(**rest: Any) -> TrainingRun:
        return models_retrain(names=names, **rest)

    return train


def _table(run: TrainingRun) -> Iterable[str]:
    yield f"{'model':<12} {'seconds':>8}  what came of it"
    for name, row in run.report.items():
        verdict = row.get("verdict") or ", ".join(
            f"{value} {key}" for key, value in row.items() if key != "seconds"
        )
        yield f"{name:<12} {row['seconds']:>8.1f}  {verdict}"
