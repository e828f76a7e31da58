import numpy as np
import pytest
from PIL import Image, ImageFilter

from mlengine.estimators.virality import VIRAL_SHARE
from mlengine.post_forecasts import VIRAL
from reels.measures.video_hash import hash_parse
from reels.measures.video_index import VideoIndex
from reels.services.analysis import video_report
from reels.tests.clips import film, moving, scenery, written

# Each has a process of its own that loads what it measures with.
pytestmark = pytest.mark.slow

SECOND = 12


def report(tmp_path, content, name="clip.mp4"):
    found = video_report(written(tmp_path, content, name))
    assert found["ok"], found
    return found


def changed(pictures, change):
    return [np.asarray(change(Image.fromarray(picture))) for picture in pictures]


def test_a_cut_is_found_to_the_picture(tmp_path):
    found = report(tmp_path, film([*moving(1, 2 * SECOND), *moving(2, 2 * SECOND)]))

    assert found["cuts"] == [pytest.approx(2.0, abs=0.01)]


def test_of_a_file_alone_going_viral_is_as_likely_as_it_is_for_any(tmp_path):
    viral = report(tmp_path, film(moving(1, SECOND)))["viral"]

    assert (viral["score"], viral["basis"]) == (VIRAL_SHARE, "base_rate")
    assert viral["definition"].startswith(VIRAL)


def test_a_pan_has_no_cut_and_is_motion_without_shake(tmp_path):
    found = report(tmp_path, film(moving(1, 3 * SECOND, step=4)))

    assert found["cuts"] == []
    assert found["motion"] == pytest.approx(4 * SECOND / 320, rel=0.3)
    assert found["shake"] < 0.004


def test_a_trembling_hand_is_shake(tmp_path):
    wide, places = scenery(1, width=400), np.random.default_rng(1).integers(0, 40, 3 * SECOND)
    shaken = report(tmp_path, film([wide[:, x : x + 320] for x in places]))

    assert shaken["shake"] > 0.01
    assert "steadiness" in [line["part"] for line in shaken["quality"]["advice"]]


def test_black_and_frozen_spans_are_found(tmp_path):
    black, still = [np.zeros((180, 320, 3), np.uint8)] * SECOND, [scenery(3)] * (2 * SECOND)
    clip = [*moving(1, SECOND), *black, *moving(2, SECOND), *still]

    found = report(tmp_path, film(clip))

    assert [(span["start"], span["end"]) for span in found["black"]] == [
        pytest.approx((1, 2), abs=0.1)
    ]
    assert (3, 5) in [pytest.approx((s["start"], s["end"]), abs=0.1) for s in found["frozen"]]


def test_a_blurred_video_is_worse_and_is_told_why(tmp_path):
    pictures = moving(1, SECOND)
    soft = changed(pictures, lambda picture: picture.filter(ImageFilter.GaussianBlur(4)))

    sharp, blurred = report(tmp_path, film(pictures)), report(tmp_path, film(soft))

    assert blurred["sharpness"] < sharp["sharpness"] / 4
    assert blurred["quality"]["score"] < sharp["quality"]["score"]
    assert "sharpness" in [line["part"] for line in blurred["quality"]["advice"]]


def test_a_dark_video_is_worse_and_is_told_why(tmp_path):
    pictures = moving(1, SECOND)
    dark = changed(pictures, lambda picture: picture.point(lambda level: level // 8))

    found = report(tmp_path, film(dark))

    assert found["quality"]["parts"]["exposure"] < 0.5
    assert found["quality"]["score"] < report(tmp_path, film(pictures))["quality"]["score"]


def test_sound_is_measured_as_it_was_made(tmp_path):
    at = np.arange(3 * 48_000) / 48_000
    tone = 0.1 * np.sin(2 * np.pi * 997 * at)

    found = report(tmp_path, film(moving(1, 3 * SECOND), sound=tone))
    silent = report(tmp_path, film(moving(1, 3 * SECOND), sound=0 * tone))

    assert found["loudness_lufs"] == pytest.approx(-23.01, abs=0.5)
    assert (silent["loudness_lufs"], len(silent["silent"])) == (None, 1)


def test_a_small_trimmed_coarse_copy_is_found_among_others(tmp_path):
    scenes = [picture for seed in range(3) for picture in moving(seed, 3 * SECOND)]
    others = [np.random.default_rng(i).integers(1, 2**63, 30, dtype=np.uint64) for i in range(500)]
    small = changed(scenes[15:-7], lambda picture: picture.resize((200, 112)))

    original = report(tmp_path, film(scenes))["hash"]
    copy = report(tmp_path, film(small, quality=38), "copy.mp4")["hash"]

    index = VideoIndex([*others, hash_parse(original)])
    (match,) = index.search(hash_parse(copy))
    assert match.video == 500
    assert match.distance < 8


def test_nudity_is_a_probability_with_its_moment(tmp_path):
    found = report(tmp_path, film(moving(1, SECOND)))

    assert 0 <= found["nudity"] < 0.5
    assert 0 <= found["nudity_at_seconds"] <= 1


def test_what_is_no_video_is_refused_with_a_code(tmp_path):
    found = video_report(written(tmp_path, b"not a video at all"))

    assert (found["ok"], found["error"]["code"]) == (False, "invalid_video")
