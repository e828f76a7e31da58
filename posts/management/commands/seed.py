from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from analytics.services.rollups import rollups_refresh
from posts.services import demo
from posts.services.policy import policy_live
from reels.services import demo_clips

MOST_REELS = 10


class Command(BaseCommand):
    help = "Fill the database with a made-up community whose tastes are known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=int, default=400)
        parser.add_argument("--posts", type=int, default=2_000)
        parser.add_argument("--events", type=int, default=60_000)
        parser.add_argument("--seed", type=int, default=1, help="the same number, the same people")
        parser.add_argument("--append", action="store_true", help="add to what is there")

    def handle(
        self, *, accounts: int, posts: int, events: int, seed: int, append: bool, **options: Any
    ) -> None:
        if settings.SOCIALML_ENVIRONMENT == "production":
            raise CommandError("A production database is never seeded.")
        if accounts < 2 or posts < 1 or events < 1 or seed < 0:
            raise CommandError("Ask for at least 2 accounts, 1 post and 1 event; the seed is ≥ 0.")
        try:
            if not append:
                demo.emptiness_check()
        except demo.NotEmpty as error:
            raise CommandError(error.message) from error
        now = timezone.now()
        draft = demo.community_draw(
            accounts=accounts,
            posts=posts,
            events=events,
            seed=seed,
            at=now,
            policy=policy_live(),
            reels=min(MOST_REELS, posts // 20),
            has_member=not demo.has_member(),
        )
        community = _store(draft, seed=seed, at=now)
        planted = settings.SOCIALML_VAR / "planted.json"
        demo.planted_write(draft, user_ids=community.user_ids, file=planted, at=now)
        reports = demo.reports_make(seed=seed, at=now)
        rollups_refresh(at=timezone.now())
        if community.passwords:
            file = settings.SOCIALML_VAR / "demo.json"
            demo.passwords_write(community.passwords, file)
            self.stdout.write(f"The demo passwords stand in {file}.")
        self.stdout.write(
            f"{community.accounts} accounts, {community.posts} posts, {community.events} events"
            f" and {reports} reports."
        )


def _store(draft: demo.Draft, *, seed: int, at: datetime) -> demo.Community:
    # Clips first: encoding them takes seconds, which no transaction should.
    clips = demo_clips.clips_make(count=int(draft.posts.is_reel.sum()), seed=seed)
    with transaction.atomic():
        community = demo.community_store(draft=draft, at=at)
        demo_clips.clips_attach(post_ids=community.reel_ids, clips=clips, at=at)
    return community
