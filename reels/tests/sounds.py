"""Sounds for tests: made melodies, and real ones where they lie beside the checkout."""

from functools import cache

import numpy as np
from django.conf import settings

from reels.services.sound_copies import RATE, sound_read

# Whoever has samples lays them beside the checkout; they are no part of it.
SAMPLES = settings.BASE_DIR.parent / "shared" / "data" / "media"


@cache
def melody(seed: int, *, seconds: int = 12) -> np.ndarray:
    """Return float32 at 48 kHz: notes of a few harmonics over a beat of noise."""
    random = np.random.default_rng(seed)
    sound = np.zeros(seconds * RATE)
    for at in np.sort(random.uniform(0, seconds - 0.6, 6 * seconds)):
        length = int(random.uniform(0.15, 0.6) * RATE)
        time = np.arange(length) / RATE
        pitch = 110 * 2 ** (random.integers(0, 40) / 12)
        note = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in (1, 2, 3))
        start = int(at * RATE)
        sound[start : start + length] += note * np.exp(-4 * time) * random.uniform(0.3, 1)
    sound += random.normal(0, 0.01, len(sound))
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def samples() -> dict[str, np.ndarray]:
    """Return the sound of each sample that has some, at 48 kHz."""
    found: dict[str, np.ndarray] = {}
    for name in ("10034", "10040", "bigbuckbunny", "realshort"):
        path = SAMPLES / f"{name}.mp4"
        if path.is_file():
            found[name] = sound_read(path)
    return found
