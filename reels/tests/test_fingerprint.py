"""A fingerprint stays through what people do to a sound, and no two sounds share one."""

import numpy as np
import pytest

from reels.measures.fingerprint import (
    MOST_HASHES,
    MOST_SECONDS,
    SAMPLE_RATE,
    Fingerprinter,
    fingerprint_parse,
    fingerprint_text,
)
from reels.selectors.sounds import LEAST_VOTES
from reels.services.sound_copies import (
    RATE,
    copies_of,
    fingerprint_of,
    is_same_sound,
    votes_between,
)
from reels.tests.sounds import melody, samples


def fingerprint(sound, *, at=7001):
    """Return the fingerprint of sound at 8 kHz, handed over `at` samples at a time."""
    printer = Fingerprinter()
    for start in range(0, len(sound), at):
        printer.add(sound[start : start + at])
    return printer.result()


@pytest.mark.parametrize("copy", copies_of(melody(1)))
def test_a_copy_of_a_melody_is_the_same(copy):
    original = fingerprint_of(melody(1))

    assert is_same_sound(fingerprint_of(copies_of(melody(1))[copy]), original)


def test_a_third_of_a_sound_is_the_same_and_a_twelfth_finds_the_whole_alone():
    minute = melody(3, seconds=60)
    whole, third, twelfth = (
        fingerprint_of(part)
        for part in (minute, minute[20 * RATE + 77 :][: 20 * RATE], minute[31 * RATE :][: 5 * RATE])
    )

    assert is_same_sound(third, whole) and is_same_sound(whole, third)
    assert is_same_sound(twelfth, whole)
    # Nearly all of the minute is something else.
    assert not is_same_sound(whole, twelfth)


def test_other_melodies_are_not_nearly_the_same():
    found = [fingerprint_of(melody(seed)) for seed in range(10, 18)]

    votes = [votes_between(a, b) for a in found for b in found if a is not b]

    assert max(votes) < LEAST_VOTES - 2


def test_silence_a_lasting_tone_and_a_click_have_none():
    silence = np.zeros(5 * SAMPLE_RATE, np.float32)
    tone = 0.2 * np.sin(2 * np.pi * 440 * np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE)
    click = silence.copy()
    click[9000] = 1.0

    for sound in (silence, tone.astype(np.float32), click, silence[:50], silence[:0]):
        assert fingerprint(sound).shape == (0, 2)


def test_it_is_bounded_however_long_the_sound():
    noise = np.random.default_rng(1).normal(0, 0.1, (MOST_SECONDS + 60) * SAMPLE_RATE)

    found = fingerprint(noise.astype(np.float32), at=SAMPLE_RATE)

    assert len(found) == MOST_HASHES
    assert found[:, 1].max() * 0.016 < MOST_SECONDS
    assert (found[:, 0] >= 0).all() and (found[:, 0] < 2**31).all()
    assert (np.diff(found[:, 0]) >= 0).all()


def test_it_is_the_same_however_it_is_handed_over_and_after_writing_and_reading():
    sound = melody(1)[::6]
    whole = fingerprint(sound, at=len(sound))

    assert (fingerprint(sound, at=1111) == whole).all()
    assert (fingerprint_parse(fingerprint_text(whole)) == whole).all()
    assert fingerprint_parse("").shape == (0, 2)


@pytest.mark.slow
def test_copies_of_real_sounds_are_the_same_and_different_ones_are_not():
    clips = samples()
    if not clips:
        pytest.skip("needs sample videos: shared/data/media beside the checkout")
    originals = {name: fingerprint_of(sound) for name, sound in clips.items()}

    missed, false = [], []
    for name, sound in clips.items():
        for copy, changed in copies_of(sound).items():
            ours = fingerprint_of(changed)
            for other, theirs in originals.items():
                if other == name and not is_same_sound(ours, theirs):
                    missed.append((name, copy))
                if other != name and is_same_sound(ours, theirs):
                    false.append((name, copy, other))

    assert false == []
    # A second of speech at -51 LUFS has too little that stands out of noise.
    assert {name for name, _ in missed} <= {"realshort"}
    assert len(missed) <= 3
