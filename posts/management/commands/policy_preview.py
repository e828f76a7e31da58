from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from posts import services
from posts.models import PolicyVersion


class Command(BaseCommand):
    help = "Say what a version of the moderation policy would change, without making it live."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", type=int)
        parser.add_argument("--days", type=int, default=7, help="how far back to look")

    def handle(self, *, version: int, days: int, **options: Any) -> None:
        if days < 1:
            raise CommandError("Look back at least 1 day.")
        if not PolicyVersion.objects.filter(pk=version).exists():
            raise CommandError(f"There is no policy version {version}.")
        preview = services.policy_preview(version_id=version, days=days, at=timezone.now())
        self.stdout.write(
            f"Version {version} over the last {days} days: {preview.texts} texts, "
            f"{preview.texts - preview.unchanged} judged otherwise than by the live policy."
        )
        for change in preview.changes:
            taken = [f"{action} {count}" for action, count in sorted(change.taken.items())]
            said = ", ".join([*taken, f"released {change.released}"])
            self.stdout.write(
                f"{change.code}: {said}; moderators agree in {change.confirmed} cases and "
                f"disagree in {change.contradicted}"
            )
            for one in change.examples:
                where = f"comment {one.comment_id}" if one.comment_id else f"post {one.post_id}"
                self.stdout.write(
                    f"  {where}: {one.before} -> {one.after}, {one.kind} {one.score:.2f}: "
                    f"{one.beginning!r}"
                )
