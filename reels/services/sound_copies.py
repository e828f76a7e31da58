"""What people make of a sound before they upload it again, to measure how much of it is found."""

from io import BytesIO
from pathlib import Path

import av
import numpy as np

from reels.measures.fingerprint import SAMPLE_RATE, Fingerprinter
from reels.selectors.sounds import ASKED_MOST, LEAST_SHARE, LEAST_VOTES

RATE = 48_000
_BITS_PER_SECOND = 64_000
_CUT_SHARE, _EXCERPT_SECONDS = 0.137, 5
_NOISE_DECIBELS = (20, 10, 5)


def sound_read(file: Path | BytesIO, *, rate: int = RATE) -> np.ndarray:
    """Return the sound of a file, float32 of one channel at `rate`; empty where it has none."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    parts = [np.zeros(0, np.float32)]
    with av.open(str(file) if isinstance(file, Path) else file, "r") as container:
        for frame in container.decode(audio=0) if container.streams.audio else ():
            frame.pts = None
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(parts)


def sound_coded(sound: np.ndarray) -> BytesIO:
    """Return an MP4 of the sound, AAC at 64 kbit/s."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = _BITS_PER_SECOND
        samples = np.ascontiguousarray(sound[None], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = RATE
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    file.seek(0)
    return file


def copies_of(sound: np.ndarray) -> dict[str, np.ndarray]:
    """Return the sound, changed, by the name of the change."""
    noise = np.random.default_rng(1)
    power, cut = float(np.sqrt((sound**2).mean())), int(_CUT_SHARE * len(sound))
    found = {
        "coded again": sound,
        "12 dB quieter": sound / 4,
        "6 dB louder, clipped": np.clip(2 * sound, -1, 1),
        "a seventh off its start": sound[cut:],
        "a seventh off both ends": sound[cut:-cut],
    }
    for decibels in _NOISE_DECIBELS:
        added = noise.normal(0, power * 10 ** (-decibels / 20), len(sound))
        found[f"noise {decibels} dB below it"] = sound + added
    excerpt = _EXCERPT_SECONDS * RATE
    if len(sound) > 1.5 * excerpt:
        start = int(noise.integers(0, len(sound) - excerpt))
        found["5 s of it, 6 dB quieter"] = sound[start : start + excerpt] / 2
    return found


def fingerprint_of(sound: np.ndarray) -> np.ndarray:
    """Return the fingerprint of what is left of the sound once it was coded."""
    printer = Fingerprinter()
    printer.add(sound_read(sound_coded(sound), rate=SAMPLE_RATE))
    return printer.result()


def votes_between(asked: np.ndarray, known: np.ndarray) -> int:
    """Return how many hashes begin as far apart in both, as `sound_match` counts them."""
    steps: dict[int, list[int]] = {}
    for value, step in known.tolist():
        steps.setdefault(value, []).append(step)
    apart = [k - step for value, step in asked[:ASKED_MOST].tolist() for k in steps.get(value, ())]
    shifts, counts = np.unique(np.array(apart, dtype=np.int64), return_counts=True)
    votes = {shift: n for shift, n in zip(shifts.tolist(), counts.tolist(), strict=True) if n > 1}
    beside = (n + max(votes.get(at - 1, 0), votes.get(at + 1, 0)) for at, n in votes.items())
    return max(beside, default=0)


def is_same_sound(asked: np.ndarray, known: np.ndarray) -> bool:
    """Return whether `sound_match` would take the one for the other."""
    wanted = max(LEAST_VOTES, LEAST_SHARE * min(len(asked), ASKED_MOST))
    return votes_between(asked, known) >= wanted
