"""Measure what of the copies of sounds is found again, and what is taken for another."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from django.core.management.base import BaseCommand

from reels.services.sound_copies import (
    RATE,
    copies_of,
    fingerprint_of,
    is_same_sound,
    sound_read,
    votes_between,
)


class Command(BaseCommand):
    help = (
        "Change the sound of each file as people do, code it with 64 kbit/s, and say of which "
        "changes it is found again among all of them."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="of different sounds")
        parser.add_argument("--least-seconds", type=float, default=0.5, help="of each (0.5)")
        parser.add_argument("--part-seconds", type=float, help="cut what is longer into parts")

    def handle(
        self, *, files: list[Path], least_seconds: float, part_seconds: float | None, **options: Any
    ) -> None:
        sounds = {
            name: part
            for file in files
            for name, part in _parts(file, part_seconds)
            if len(part) >= least_seconds * RATE
        }
        known = {name: fingerprint_of(sound) for name, sound in sounds.items()}
        heard = {name: hashes for name, hashes in known.items() if len(hashes)}
        tally = _Tally()
        for name in heard:
            # Parts of one file may well repeat each other.
            others = {other: heard[other] for other in heard if other[0] != name[0]}
            for change, copy in copies_of(sounds[name]).items():
                tally.add(name[0], change, fingerprint_of(copy), heard[name], others)
        result = {
            "sounds": len(sounds),
            "too_little_to_recognise": [name[0] for name in known if name not in heard],
            **tally.result(),
        }
        self.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


class _Tally:
    """What was found of each change, and what was taken for another sound."""

    def __init__(self) -> None:
        self._found: dict[str, list[bool]] = {}
        self._missed: list[str] = []
        self._false: list[str] = []
        self._votes: list[int] = []

    def add(
        self,
        name: str,
        change: str,
        asked: np.ndarray,
        original: np.ndarray,
        others: dict[tuple[str, int], np.ndarray],
    ) -> None:
        is_found = is_same_sound(asked, original)
        self._found.setdefault(change, []).append(is_found)
        if not is_found:
            self._missed.append(f"{name}: {change}")
        for (other, _), hashes in others.items():
            self._votes.append(votes_between(asked, hashes))
            if is_same_sound(asked, hashes):
                self._false.append(f"{name}: {change}: {other}")

    def result(self) -> dict[str, Any]:
        return {
            "found": {
                change: f"{sum(each)} of {len(each)}" for change, each in self._found.items()
            },
            "missed": self._missed,
            "pairs_of_different_sounds": len(self._votes),
            "false_matches": self._false,
            "most_votes_of_different_sounds": max(self._votes, default=0),
        }


def _parts(file: Path, seconds: float | None) -> Iterator[tuple[tuple[str, int], np.ndarray]]:
    """Yield the sound of a file, or its parts, by name and first sample."""
    sound = sound_read(file)
    size = int(seconds * RATE) if seconds else len(sound) or 1
    for start in range(0, len(sound), size):
        yield (file.name, start), sound[start : start + size]
