import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from analytics.services.rollup_check import rollups_check
from posts.services.reconcile import Finding, counters_check, counters_fix


class Command(BaseCommand):
    help = (
        "Compare counters with their rows, and rollups with the event log; exit 1 if one is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--check", action="store_true", help="compare only (the default)")
        group.add_argument("--fix", action="store_true", help="write what was counted")

    def handle(self, *, fix: bool, **options: Any) -> None:
        self.stdout.write(f"{'counter':<24}{'rows':>10}{'wrong':>8}{'repaired':>10}  examples")
        wrong = 0
        for finding in counters_check():
            if fix:
                counters_fix(finding)
            wrong += _remaining(finding)
            self.stdout.write(
                f"{finding.check.name:<24}{finding.rows:>10}{len(finding.drifted):>8}"
                f"{finding.repaired:>10}  {finding.example}"
            )
        for compared in rollups_check(at=timezone.now(), fix=fix):
            wrong += len(compared.wrong) - compared.repaired
            self.stdout.write(
                f"{compared.name:<24}{compared.count:>10}{len(compared.wrong):>8}"
                f"{compared.repaired:>10}  {', '.join(map(str, compared.wrong[:3]))}"
            )
        if wrong:
            advice = "the log is never changed" if fix else "--fix repairs the counters"
            self.stdout.write(f"{wrong} are wrong: {advice}.")
            sys.exit(1)
        self.stdout.write("Everything agrees.")


def _remaining(finding: Finding) -> int:
    return len(finding.drifted) - finding.repaired - finding.settled
