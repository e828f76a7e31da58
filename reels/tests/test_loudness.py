import numpy as np
import pytest

from reels.measures.loudness import SAMPLE_RATE, LoudnessMeter


def tone(dbfs, seconds=5, frequency=997):
    at = np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * frequency * at)).astype(np.float32)


def measured(*channels, names=("FL", "FR"), block=4097):
    meter = LoudnessMeter(list(names[: len(channels)]))
    sound = np.stack(channels)
    for start in range(0, sound.shape[1], block):
        meter.add(sound[:, start : start + block])
    return meter.result()


def test_a_tone_in_one_channel_is_three_decibels_below_its_peak():
    assert measured(tone(-20)).integrated_lufs == pytest.approx(-23.01, abs=0.05)


def test_a_tone_in_both_channels_is_as_loud_as_its_peak():
    found = measured(tone(-20), tone(-20))

    assert found.integrated_lufs == pytest.approx(-20.0, abs=0.05)
    assert found.peak_dbfs == pytest.approx(-20.0, abs=0.01)


def test_what_stands_behind_counts_more_and_the_bass_channel_not_at_all():
    behind = measured(tone(-20), names=("BL",)).integrated_lufs

    assert behind == pytest.approx(-23.01 + 1.49, abs=0.05)
    assert measured(tone(-20), names=("LFE",)).integrated_lufs is None


def test_the_loudness_of_ebu_tech_3341_case_3_is_gated():
    sound = np.concatenate([tone(-36, 10), tone(-23, 60), tone(-36, 10)])

    assert measured(sound, sound).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_it_does_not_matter_in_which_portions_sound_arrives():
    sound = tone(-30, 3, frequency=80)

    whole = measured(sound, block=len(sound)).integrated_lufs

    assert measured(sound, block=511).integrated_lufs == pytest.approx(whole, abs=1e-3)


def test_silence_is_found_and_has_no_loudness():
    sound = np.concatenate([tone(-20, 2), np.zeros(3 * SAMPLE_RATE, np.float32), tone(-20, 2)])

    found = measured(sound)

    assert [(span.start, span.end) for span in found.silent] == [pytest.approx((2, 5), abs=0.11)]
    assert measured(np.zeros(SAMPLE_RATE, np.float32)).integrated_lufs is None


def test_no_sound_at_all_says_nothing():
    assert LoudnessMeter(["FC"]).result().integrated_lufs is None
