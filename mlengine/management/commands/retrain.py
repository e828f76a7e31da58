"""Train models now."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mlengine.errors import MLError
from mlengine.models import TrainingRun
from mlengine.pipelines import PIPELINES
from mlengine.training import TrainingRunning, models_retrain, models_retrain_due
from socialml.core.parallel import ProcessDied
from socialml.core.progress import progress

# Each holds the log's columns, some hundred megabytes, and the longest step is half of the work.
_MOST_JOBS = 2


class Command(BaseCommand):
    help = "Train the named models, all by default, and publish anew what depends on them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", nargs="*", help=", ".join(PIPELINES))
        parser.add_argument(
            "--jobs",
            type=_count,
            default=min(os.cpu_count() or 1, _MOST_JOBS),
            help="processes to share the work out among; %(default)s here by default",
        )
        parser.add_argument("--due", action="store_true", help="only if the schedule wants it")
        parser.add_argument("--nice", type=int, default=0, help="give way to others by this much")

    def handle(self, *, model: list[str], due: bool, nice: int, jobs: int, **options: Any) -> None:
        os.nice(nice)
        train = models_retrain_due if due else partial(models_retrain, names=model)
        try:
            run = train(at=timezone.now(), jobs=jobs, progress=progress)
        except (MLError, TrainingRunning, ProcessDied) as error:
            raise CommandError(str(error)) from error
        if run is None:
            self.stdout.write("Not due.")
            return
        for line in _table(run):
            self.stdout.write(line)
        if run.state == TrainingRun.State.FAILED:
            raise CommandError(run.error)


def _count(value: str) -> int:
    count = int(value)
    if count < 1:
        raise ArgumentTypeError("at least one process is needed")
    return count


def _table(run: TrainingRun) -> Iterable[str]:
    yield f"{'model':<12} {'seconds':>8}  what came of it"
    for name, row in run.report.items():
        verdict = row.get("verdict") or ", ".join(
            f"{value} {key}" for key, value in row.items() if key != "seconds"
        )
        yield f"{name:<12} {row['seconds']:>8.1f}  {verdict}"
