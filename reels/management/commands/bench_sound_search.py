"""Measure the search for a sound by its fingerprint."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from reels.models import Sound, SoundHash
from reels.selectors.sounds import sound_match
from socialml.core.bulk import rows_insert

_SEED = 1
_HASHES_A_SECOND, _STEPS_A_SECOND = 16, 62.5
# Two hashes of different real clips are the same six times in a million: a quarter of all is drawn
# from as many common ones.
_COMMON, _COMMON_SHARE = 10_000, 0.25


class Command(BaseCommand):
    help = (
        "Store made-up sounds, time the search for disturbed parts of them and for sounds that are "
        "not there, and delete them again. For a database of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sounds", type=int, default=10_000, help="5 to 60 s each (10,000)")
        parser.add_argument("--queries", type=int, default=300, help="of each kind (300)")
        parser.add_argument(
            "--kept", type=float, default=0.3, help="share of a copy's hashes that is left (0.3)"
        )

    def handle(self, *, sounds: int, queries: int, kept: float, **options: Any) -> None:
        noise = np.random.default_rng(_SEED)
        made = _stored(noise, sounds)
        found, false, spent = 0, 0, []
        try:
            for wanted in noise.choice(list(made), queries).tolist():
                copy = _disturbed(noise, made[wanted], kept)
                for asked in (copy, _made(noise, len(copy))):
                    started = time.perf_counter()
                    match = sound_match(asked)
                    spent.append((time.perf_counter() - started) * 1000)
                    is_right = asked is copy and match is not None and match.sound_id == wanted
                    found += is_right
                    false += match is not None and not is_right
        finally:
            Sound.objects.filter(pk__gte=min(made), pk__lte=max(made)).delete()
        result = {
            "database": connection.vendor,
            "sounds": sounds,
            "hashes": sum(map(len, made.values())),
            "queries_of_each_kind": queries,
            "found": found,
            "false_matches": false,
            "search_ms_p50": round(float(np.percentile(spent, 50)), 2),
            "search_ms_p99": round(float(np.percentile(spent, 99)), 2),
            "search_ms_max": round(max(spent), 2),
        }
        self.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


def _stored(noise: np.random.Generator, count: int) -> dict[int, np.ndarray]:
    """Return the hashes of as many stored sounds, by their ids."""
    last = Sound.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    lengths = noise.integers(5 * _HASHES_A_SECOND, 60 * _HASHES_A_SECOND, count).tolist()
    made = {last + i: _made(noise, length) for i, length in enumerate(lengths, start=1)}
    now = timezone.now()

    def rows() -> Iterator[tuple[int, int, int]]:
        for pk, hashes in made.items():
            yield from ((pk, value, step) for value, step in hashes.tolist())

    with transaction.atomic():
        rows_insert(Sound, ("id", "origin_id", "created_at"), ((pk, None, now) for pk in made))
        rows_insert(SoundHash, ("sound_id", "hash", "step"), rows())
    with connection.cursor() as cursor:
        # As the server does by itself sooner or later: rows of yesterday are not looked up twice.
        is_postgresql = connection.vendor == "postgresql"
        cursor.execute(f"{'VACUUM ' if is_postgresql else ''}ANALYZE reels_soundhash")
    return made


def _made(noise: np.random.Generator, length: int) -> np.ndarray:
    """Return hashes with the steps they begin at, shape (length, 2), of a sound of its own."""
    rare = noise.integers(0, 2**31, length)
    is_common = noise.random(length) < _COMMON_SHARE
    common = noise.integers(0, _COMMON, length) * (2**31 // _COMMON)
    hashes = np.where(is_common, common, rare)
    steps = noise.integers(0, int(length / _HASHES_A_SECOND * _STEPS_A_SECOND), length)
    return np.unique(np.stack([hashes, steps], axis=1), axis=0)


def _disturbed(noise: np.random.Generator, hashes: np.ndarray, kept: float) -> np.ndarray:
    """Return the later half of a sound, of whose hashes a share is left and others came."""
    half = hashes[hashes[:, 1] >= hashes[:, 1].max() / 2]
    copy = half - [0, int(half[:, 1].min())]
    is_lost = noise.random(len(copy)) >= kept
    return np.unique(np.concatenate([copy[~is_lost], _made(noise, int(is_lost.sum()))]), axis=0)
