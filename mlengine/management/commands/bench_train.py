"""Measure what training costs as the log grows."""

import json
import subprocess
import sys
from argparse import ArgumentParser, ArgumentTypeError
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mlengine.estimators.blend import RECOMMENDERS
from socialml.bench.train import report_make, report_table
from socialml.core.progress import progress

FILE = Path("docs/bench/train.json")
_SIZES = (100_000, 1_000_000)
_LARGEST = 10_000_000
_FEWEST = 1_000
_LIMIT_SECONDS = 1_800


class Command(BaseCommand):
    help = "Fit every source at growing sizes: time, memory, prediction, and how they grow."
    # Data are drawn in memory; nothing of a deployment needs to be in order.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", type=_size, nargs="+", default=_SIZES, help="events drawn")
        parser.add_argument("--largest", action="store_true", help=f"{_LARGEST:,} events as well")
        parser.add_argument("--sources", nargs="+", choices=sorted(RECOMMENDERS), help="all")
        parser.add_argument("--limit", type=float, default=_LIMIT_SECONDS, help="seconds a fit")
        parser.add_argument(
            "--output", type=Path, default=settings.BASE_DIR / "docs/bench/train.json"
        )

    def handle(self, **given: Any) -> None:
        sizes = sorted({*given["sizes"], *((_LARGEST,) if given["largest"] else ())})
        names = given["sources"] or list(RECOMMENDERS)
        pairs = list(product(names, sizes))
        rows = [
            _measured(name, size, given["limit"]) for name, size in progress(pairs, label="fitting")
        ]
        report = report_make(rows)
        given["output"].write_text(json.dumps(report, indent=2) + "\n")
        self.stdout.write(report_table(report))
        self.stdout.write(f"Written to {given['output']}.")


def _measured(name: str, size: int, limit: float) -> dict[str, Any]:
    """Measure in a process of its own, whose peak memory is then its own."""
    command = [sys.executable, "-m", "socialml.bench.train", name, str(size)]
    facts = {"source": name, "events": size}
    try:
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {**facts, "error": f"It took more than {limit:g} s."}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["It said nothing."])[-1]
        return {**facts, "error": f"It ended with status {done.returncode}: {last}"}
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _size(text: str) -> int:
    try:
        size = int(text.replace("_", ""))
    except ValueError:
        size = 0
    if size < _FEWEST:
        raise ArgumentTypeError(f"{text!r} is not a number of events from {_FEWEST:,}.")
    return size
