"""Measure how fast the log is followed for names that burst."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from analytics.models import Event
from analytics.selectors.bursts import POINT, SUPPORT
from analytics.selectors.history import log_span
from analytics.services.trend_bursts import KINDS, series_follow
from mlengine.estimators.burst_series import BurstSeries
from socialml.bench.train import peak_forget, peak_mb
from socialml.core.bulk import rows_insert
from socialml.core.schedules import window_start

# Made-up events lie before any real ones.
_MADE_FROM = datetime(2000, 1, 1, tzinfo=UTC)
_ACCOUNTS, _POSTS, _CATEGORIES = 100_000, 50_000, 20
_LANGUAGES = ("en", "es", "pt", "fr", "de")
_FIELDS = (
    *("kind", "actor_id", "post_id", "target_id", "post_kind", "category", "hashtags"),
    *("language", "query", "occurred_at", "recorded_at"),
)


class Command(BaseCommand):
    help = (
        "Follow the whole log from its first event on, or made-up likes, and print what that "
        "took as JSON. Nothing is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--events", type=int, default=0, help="likes to make up and follow")
        parser.add_argument("--names", type=int, default=200_000, help="hashtags that they are of")
        parser.add_argument("--minutes", type=int, default=24 * 60, help="in which they are done")

    def handle(self, *, events: int, names: int, minutes: int, **options: Any) -> None:
        if settings.SOCIALML_ENVIRONMENT == "production":
            raise CommandError("A production database is never filled.")
        if events < 0 or names < 1 or minutes < 1:
            raise CommandError("Ask for at least one name and one minute.")
        with transaction.atomic():
            span: tuple[datetime, datetime] | None = log_span()
            if events:
                span = _MADE_FROM, _MADE_FROM + timedelta(minutes=minutes)
                rows_insert(Event, _FIELDS, _likes(events, names, minutes))
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE analytics_event")
            if span is None:
                raise CommandError("The log is empty: seed first, or ask for --events.")
            result = _followed(*span)
            transaction.set_rollback(True)
        self.stdout.write(json.dumps(result, indent=2))


def _followed(since: datetime, until: datetime) -> dict[str, Any]:
    events = Event.objects.filter(occurred_at__gte=since, occurred_at__lte=until)
    counts = {"events": events.count(), "supporting": events.filter(kind__in=SUPPORT).count()}
    peak_forget()
    before = peak_mb()
    kinds: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        series, first = BurstSeries(), window_start(every=POINT, at=since)
        began = time.perf_counter()
        found = [
            len(bursts)
            for _, bursts in series_follow(series, kind, since=first, until=until + POINT)
        ]
        followed, file = time.perf_counter(), BytesIO()
        series.save(file)
        kinds[kind.value] = {
            "points": len(found),
            "seconds": round(followed - began, 2),
            "store_seconds": round(time.perf_counter() - followed, 3),
            "series": len(series.names_),
            "state_bytes": len(file.getvalue()),
            "reports": sum(found),
        }
    seconds = sum(found["seconds"] + found["store_seconds"] for found in kinds.values())
    rates = {f"{name}_per_second": round(count / seconds) for name, count in counts.items()}
    return {
        "database": connection.vendor,
        **counts,
        "seconds": round(seconds, 2),
        **rates,
        "memory_mb": {"before": round(before), "peak": round(peak_mb())},
        "kinds": kinds,
    }


def _likes(events: int, names: int, minutes: int) -> Iterator[tuple[Any, ...]]:
    """Yield likes in order of time: half of each name alike, half of few names most."""
    random = Random(0)  # noqa: S311 - nothing here is secret
    for number in range(events):
        at = _MADE_FROM + timedelta(minutes=minutes) * (number / events)
        post = random.randrange(_POSTS)
        name = int(names * random.random() ** 3) if number % 2 else number // 2 % names
        yield (
            *(Event.Kind.LIKED.value, 1 + random.randrange(_ACCOUNTS), 1 + post, None, "post"),
            *(f"category{post % _CATEGORIES}", [f"tag{name}"]),
            *(random.choice(_LANGUAGES), "", at, at),
        )
