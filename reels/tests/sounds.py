"""Sounds for tests: made melodies, real clips where they lie beside the checkout, and copies."""

from functools import cache
from io import BytesIO

import av
import numpy as np
from django.conf import settings

from reels.measures.fingerprint import Fingerprinter

RATE = 48_000
# Whoever has samples lays them beside the checkout; they are no part of it.
SAMPLES = settings.BASE_DIR.parent / "shared" / "data" / "media"
_SAME_STEP = 1


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


def decoded(source: BytesIO | str, *, rate: int) -> np.ndarray:
    """Return the sound of a file, one channel at `rate`."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    parts = []
    with av.open(source) as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            parts += resampler.resample(frame)
    parts += resampler.resample(None)
    return np.concatenate([part.to_ndarray()[0] for part in parts])


def coded(sound: np.ndarray, *, codec: str = "aac", container: str = "mp4") -> BytesIO:
    """Return a file of the sound at 64 kbit/s."""
    file = BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=RATE, layout="mono")
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound[None], dtype=np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = RATE
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    file.seek(0)
    return file


def fingerprint(sound: np.ndarray, *, at: int = 7001) -> np.ndarray:
    """Return the fingerprint of sound at 8 kHz, handed over `at` samples at a time."""
    printer = Fingerprinter()
    for start in range(0, len(sound), at):
        printer.add(sound[start : start + at])
    return printer.result()


def fingerprint_coded(sound: np.ndarray) -> np.ndarray:
    """Return the fingerprint of what is heard of the sound once it was coded."""
    return fingerprint(decoded(coded(sound), rate=8_000))


def agreeing(ours: np.ndarray, theirs: np.ndarray) -> int:
    """Return how many hashes begin as far apart in both, give or take a step."""
    steps: dict[int, list[int]] = {}
    for value, step in theirs.tolist():
        steps.setdefault(value, []).append(step)
    apart = [other - step for value, step in ours.tolist() for other in steps.get(value, ())]
    shifts, counts = np.unique(np.array(apart, dtype=np.int64), return_counts=True)
    known = dict(zip(shifts.tolist(), counts.tolist(), strict=True))
    return max(
        (count + max(known.get(shift - 1, 0), known.get(shift + 1, 0)))
        for shift, count in (known or {0: 0}).items()
    )


def samples() -> dict[str, np.ndarray]:
    """Return the sound of each sample that has some, at 48 kHz; a long one in parts of 5 s."""
    found: dict[str, np.ndarray] = {}
    for name in ("10034", "10040", "bigbuckbunny", "realshort"):
        path = SAMPLES / f"{name}.mp4"
        if path.is_file():
            found[name] = decoded(str(path), rate=RATE)
    return found


def copies_of(sound: np.ndarray) -> dict[str, np.ndarray]:
    """Return what people make of a sound, by name."""
    random = np.random.default_rng(1)
    power, cut = float(np.sqrt((sound**2).mean())), int(0.137 * len(sound))
    found = {
        "coded again": sound,
        "12 dB quieter": sound / 4,
        "6 dB louder, clipped": np.clip(2 * sound, -1, 1),
        "a seventh off its start": sound[cut:],
        "a seventh off both ends": sound[cut:-cut],
    }
    for decibels in (20, 10, 5):
        noise = random.normal(0, power * 10 ** (-decibels / 20), len(sound))
        found[f"noise {decibels} dB below it"] = (sound + noise).astype(np.float32)
    return found
