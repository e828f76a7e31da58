import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from profiles.models import User
from profiles.models.names import username_fold
from profiles.services import tokens_issue


class Command(BaseCommand):
    help = "Print an access and a refresh token for one account, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the account's name, in any spelling")

    def handle(self, *, username: str, **options: Any) -> None:
        key = username_fold(username)
        user_id = (
            User.objects.active().filter(username_key=key).values_list("pk", flat=True).first()
        )
        if user_id is None:
            raise CommandError(f"There is no active account called {username!r}.")
        tokens = tokens_issue(user_id=user_id, at=timezone.now())
        self.stdout.write(json.dumps(tokens, indent=2))
