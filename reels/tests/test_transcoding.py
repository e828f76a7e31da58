"""What the program that makes a version of a video writes."""

import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import pytest

from reels.services.children import child_run
from reels.services.refusals import VideoRefused
from reels.tests.clips import clip, first_picture_only, labelled, turned, written


def version(folder: Path, name: str, short_side: int) -> dict:
    return {
        "name": name,
        "mp4": str(folder / f"{name}.mp4"),
        "segments": str(folder / f"{name}.m4s"),
        "short_side": short_side,
        "preset": "superfast",
        "quality": 23,
        "most_bits_per_second": 3_500_000,
        "sound_bits_per_second": 64_000,
    }


@pytest.fixture
def made(tmp_path: Path):
    """Return a function that makes versions of a video, and what was said of the largest."""

    def make(content: bytes, *, short_side: int = 720, smaller: int = 0):
        sides = {"made": short_side, **({"smaller": smaller} if smaller else {})}
        order = {
            "file": str(written(tmp_path, content)),
            "demuxer": "mov",
            "versions": [version(tmp_path, name, side) for name, side in sides.items()],
            "threads": 1,
            "most_frames_per_second": 60,
            "most_seconds": 300,
            "duration_seconds": 3.0,
        }
        found = child_run(
            "transcode", order, cpu_seconds=60, file_bytes=10**8, on_progress=lambda _: None
        )
        versions = found.pop("versions")
        for name, made in versions.items():
            made["mp4"] = (tmp_path / f"{name}.mp4").read_bytes()
            made["m4s"] = (tmp_path / f"{name}.m4s").read_bytes()
        return {**found, **versions.pop("made"), **versions}

    return make


def decoded(content: bytes, kind: str = "video") -> list:
    with av.open(BytesIO(content), format="mov") as container:
        return list(container.decode(**{kind: 0}))


def test_two_versions_are_made_in_step_while_a_video_is_decoded_once(made):
    found = made(turned(clip(width=128, height=96, with_sound=True)), short_side=96, smaller=48)

    small = found["smaller"]
    assert (found["width"], found["height"]) == (96, 128)
    assert (small["width"], small["height"]) == (48, 64)
    large_times, small_times = (
        [frame.time for frame in decoded(one["mp4"])] for one in (found, small)
    )
    assert large_times == small_times
    assert len(decoded(small["mp4"], "audio")) == len(decoded(found["mp4"], "audio")) > 0


def test_a_version_that_would_be_no_smaller_is_left_out(made):
    assert "smaller" not in made(clip(width=64, height=48), smaller=48)


@pytest.mark.parametrize(
    ("size", "short_side", "expected"),
    [((64, 48), 720, (64, 48)), ((640, 480), 360, (480, 360)), ((48, 66), 360, (48, 66))],
)
def test_a_video_is_made_smaller_and_never_larger(made, size, short_side, expected):
    found = made(clip(width=size[0], height=size[1]), short_side=short_side)

    assert (found["width"], found["height"]) == expected
    frames = decoded(found["mp4"])
    assert {(frame.width, frame.height) for frame in frames} == {expected}
    assert len(frames) == 12
    # The index first: a player starts before it has the whole file.
    assert found["mp4"].index(b"moov") < found["mp4"].index(b"mdat")


def test_a_turned_video_comes_out_upright(made):
    found = made(turned(clip()))

    assert (found["width"], found["height"]) == (48, 64)
    frame = decoded(found["mp4"])[-1]
    assert frame.rotation == 0
    # The coloured quarter, above at the left before the turn, is above at the right.
    picture = frame.to_ndarray(format="rgb24").astype(int)
    red_less_green = picture[..., 0] - picture[..., 1]
    assert red_less_green[:24, 30:].mean() > 60
    assert abs(red_less_green[:24, :18].mean()) < 20
    assert abs(red_less_green[40:].mean()) < 20


def test_nothing_that_was_written_into_the_video_is_in_what_is_made(made):
    place, comment = "+52.5200+013.4050/", "my home address"
    content = labelled(clip(with_sound=True), location=place, comment=comment, title="Anna")
    assert content.count(place.encode()) >= 1

    found = made(content)

    for file in (found["mp4"], found["m4s"]):
        for planted in (place, comment, "Anna", "52.52", "Lavf", "Lavc"):
            assert planted.encode() not in file
        with av.open(BytesIO(file), format="mov") as container:
            assert not {"location", "comment", "title"} & container.metadata.keys()


def test_sound_is_kept_and_silence_is_not_invented(made):
    loud, silent = made(clip(with_sound=True)), made(clip())

    assert loud["has_audio"]
    assert re.fullmatch(r"avc1\.64[0-9a-f]{4},mp4a\.40\.2", loud["codecs"])
    heard = decoded(loud["mp4"], "audio")
    assert 0.6 < sum(frame.samples for frame in heard) / heard[0].sample_rate < 0.8
    assert not silent["has_audio"]
    assert "mp4a" not in silent["codecs"]
    with av.open(BytesIO(silent["mp4"])) as container:
        assert not container.streams.audio


def test_segments_begin_with_a_picture_that_stands_alone_every_two_seconds(made):
    found = made(clip(frames=60, with_sound=True))

    lengths = [seconds for seconds, _, _ in found["segments"]]
    assert lengths == pytest.approx([2.0, 2.0, 1.0], abs=0.1)
    places = [(offset, offset + size) for _, offset, size in found["segments"]]
    assert places[0][0] == found["init_bytes"]
    assert all(before[1] == after[0] for before, after in pairwise(places))
    assert places[-1][1] <= len(found["m4s"])
    begin = found["m4s"][: found["init_bytes"]]
    counts = []
    for start, end in places:
        frames = decoded(begin + found["m4s"][start:end])
        assert frames[0].key_frame
        counts.append(len(frames))
    assert counts == [24, 24, 12]


def test_a_video_of_which_little_decodes_is_refused(made):
    with pytest.raises(VideoRefused) as refused:
        made(first_picture_only(clip(frames=40, width=320, height=240)))

    assert refused.value.code == "invalid_video"


def test_a_program_out_of_time_is_a_refusal(tmp_path):
    order = {"file": "/dev/zero", "demuxer": "h264", "most_seconds": 1}

    with pytest.raises(VideoRefused, match="takes too much"):
        child_run("transcode", order, cpu_seconds=1, file_bytes=1, on_progress=lambda _: None)
