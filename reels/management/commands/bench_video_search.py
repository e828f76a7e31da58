"""Measure the search for videos that show the same."""

import time
from argparse import ArgumentParser
from typing import Any

import numpy as np
import orjson
from django.core.management.base import BaseCommand

from reels.measures.video_index import VideoIndex

_SEED = 1


class Command(BaseCommand):
    help = "Hide disturbed, trimmed copies among made-up videos, and time the search for them."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--videos", type=int, default=100_000, help="5 to 60 s each (100,000)")
        parser.add_argument("--queries", type=int, default=500, help="(500)")
        parser.add_argument("--bits", type=int, default=6, help="of 64 that a copy turns (6)")

    def handle(self, *, videos: int, queries: int, bits: int, **options: Any) -> None:
        noise = np.random.default_rng(_SEED)
        made = _videos(noise, videos)
        started = time.perf_counter()
        index = VideoIndex(made)
        build_seconds = time.perf_counter() - started
        found, false, spent = 0, 0, []
        for wanted in noise.integers(0, videos, queries).tolist():
            copy = _disturbed(noise, made[wanted][1:-1], bits)
            started = time.perf_counter()
            matches = index.search(copy)
            spent.append((time.perf_counter() - started) * 1000)
            found += any(match.video == wanted for match in matches)
            false += sum(match.video != wanted for match in matches)
        result = {
            "videos": videos,
            "hashes": sum(map(len, made)),
            "build_seconds": round(build_seconds, 2),
            "queries": queries,
            "found": found,
            "false_matches": false,
            "search_ms_p50": round(float(np.percentile(spent, 50)), 2),
            "search_ms_p99": round(float(np.percentile(spent, 99)), 2),
            "search_ms_max": round(max(spent), 2),
        }
        self.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


def _videos(noise: np.random.Generator, count: int) -> list[np.ndarray]:
    """Return videos whose scenes last about three seconds and drift by four bits a hash."""
    lengths = noise.integers(10, 121, count)
    total = int(lengths.sum())
    scenes = noise.integers(1, 2**63, total, dtype=np.uint64)
    last_cut = np.maximum.accumulate(np.where(noise.random(total) < 1 / 6, np.arange(total), 0))
    hashes = _disturbed(noise, scenes[last_cut], 4)
    return np.split(hashes, np.cumsum(lengths)[:-1])


def _disturbed(noise: np.random.Generator, hashes: np.ndarray, bits: int) -> np.ndarray:
    turned = hashes.copy()
    for _ in range(bits):
        turned ^= np.uint64(1) << noise.integers(0, 64, len(hashes), dtype=np.uint64)
    return turned
