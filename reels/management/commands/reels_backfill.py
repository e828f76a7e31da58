"""Make what reels lack: versions, pictures, or what the present measures say."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reels.services import reels_backfill, reels_wanting
from socialml.core.progress import progress


class Command(BaseCommand):
    help = (
        "Make the versions that reels lack, and measure those that the present measures have not "
        "seen. Safe beside workers; ended at any moment, the next run goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="so many reels at most")

    def handle(self, *, limit: int | None, **options: Any) -> None:
        if limit is not None and limit < 1:
            raise CommandError("Ask for at least 1 reel.")
        wanting = reels_wanting().count()
        total = wanting if limit is None else min(limit, wanting)
        made = failed = 0
        for one in progress(
            reels_backfill(at=timezone.now(), limit=limit), label="reels", total=total
        ):
            made += one.state is not None
            failed += bool(one.failure)
            if one.failure:
                self.stderr.write(f"Reel {one.post_id}: {one.failure}")
        left = reels_wanting().count()
        self.stdout.write(f"{made} reels made whole, {failed} failed, {left} left.")
