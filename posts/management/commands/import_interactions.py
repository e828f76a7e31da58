import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from posts.services.imports import interactions_import
from socialml.core.errors import DomainError

_SOURCE = re.compile(r"[a-z0-9]{1,16}\Z")


class Command(BaseCommand):
    help = "Import a file of interactions (csv or csv.gz) as accounts, posts, likes and views."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="user,item[,rating,timestamp,pos,plays]")
        parser.add_argument(
            "--items", type=Path, help="item[,author,title,category,hashtags,created,genres]"
        )
        parser.add_argument("--kind", choices=["like", "view"], default="like")
        parser.add_argument("--source", default="imported", help="goes before imported names")
        parser.add_argument("--limit", type=int, help="read so many rows only")

    def handle(
        self,
        *,
        file: Path,
        items: Path | None,
        kind: str,
        source: str,
        limit: int | None,
        **options: Any,
    ) -> None:
        if not _SOURCE.match(source):
            raise CommandError("--source takes 1 to 16 small letters and digits.")
        try:
            report = interactions_import(
                interactions=file,
                items=items,
                source=source,
                has_likes=kind == "like",
                fallback=settings.SOCIALML_VAR / "imports",
                at=timezone.now(),
                limit=limit,
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{report.accounts} new accounts, {report.posts} new posts, {report.likes} likes,"
            f" {report.views} views; {report.known} were there, {report.repeated} repeated."
        )
        for reason, count in report.rejected.most_common():
            self.stdout.write(f"{count} row{'s' if count > 1 else ''} rejected: {reason}")
        for path in report.rejects:
            self.stdout.write(f"Rejected rows stand in {path}.")
