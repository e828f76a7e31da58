import socket
from fractions import Fraction

import pytest

from reels.services.containers import container_of
from reels.services.probe import file_report, video_probe
from reels.tests.clips import clip, first_picture_only, written

PLAYLIST = b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


def report(tmp_path, content, name="clip.mp4"):
    return file_report(written(tmp_path, content, name))


def test_says_what_is_in_a_video(tmp_path):
    found = report(tmp_path, clip(with_sound=True))

    assert found["ok"] is True
    assert found["duration_seconds"] == pytest.approx(1.0, abs=0.12)
    assert (found["width"], found["height"], found["has_audio"]) == (64, 48, True)
    assert found["fps"] == pytest.approx(12, abs=0.1)
    assert found["video_codec"] == "h264"


@pytest.mark.parametrize(
    ("container", "codec", "name"),
    [
        ("mov", "libx264", "clip.mov"),
        ("webm", "libvpx", "clip.webm"),
        ("matroska", "libx264", "clip.mkv"),
        ("avi", "mpeg4", "clip.avi"),
    ],
)
def test_takes_the_containers_we_name(tmp_path, container, codec, name):
    found = report(tmp_path, clip(container=container, codec=codec), name)

    assert (found["ok"], found["container"]) == (True, name.rpartition(".")[2])


def test_writes_a_picture_of_it(tmp_path):
    path = written(tmp_path, clip(width=1280, height=640, frames=3))
    thumbnail = tmp_path / "thumbnail.jpg"
    with path.open("rb") as file:
        container = container_of(file, size_bytes=path.stat().st_size)

    video_probe(path, container, thumbnail=thumbnail)

    head = thumbnail.read_bytes()
    assert head.startswith(b"\xff\xd8\xff")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clip.mp4", "thumbnail.jpg"]


HOURS_APART = Fraction(3600)

REFUSED = {
    "nothing": (b"", "empty"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", "unsupported_media"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(60), "unsupported_media"),
    "an archive": (b"PK\x03\x04" + bytes(60), "unsupported_media"),
    "sound": (b"ID3\x04" + bytes(60), "unsupported_media"),
    "a playlist": (PLAYLIST, "invalid_video"),
    "a list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", "invalid_video"),
    "a manifest": (b'<?xml version="1.0"?><MPD></MPD>', "invalid_video"),
    "words": (b"not a video at all", "invalid_video"),
    "a type and no more": (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42", "invalid_video"),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_refuses_what_is_no_video(tmp_path, content, code):
    found = report(tmp_path, content)

    assert (found["ok"], found["error"]["code"]) == (False, code)


ODD = {
    "cut in half": (lambda: clip()[: len(clip()) // 2], "invalid_video"),
    "its index cut off": (lambda: clip()[: clip().index(b"moov") - 4], "invalid_video"),
    "pictures that are noise": (lambda: _all_noise(), "invalid_video"),
    "sound alone": (
        lambda: clip(with_sound=True, with_pictures=False),
        "unsupported_media",
    ),
    "matroska named mp4": (lambda: clip(container="matroska"), "unsupported_media"),
    "avi named mp4": (lambda: clip(container="avi", codec="mpeg4"), "unsupported_media"),
    "ten hours in ten pictures": (
        lambda: clip(frames=10, seconds_apart=HOURS_APART),
        "video_too_long",
    ),
    "a line": (lambda: clip(width=16, height=512), "video_dimensions"),
    "a dot": (lambda: clip(width=8, height=8), "video_dimensions"),
    "wider than we take": (lambda: clip(width=4112, height=512, frames=2), "video_dimensions"),
    "a thousand pictures a second": (
        lambda: clip(frames=40, seconds_apart=Fraction(1, 1000)),
        "video_frame_rate",
    ),
    "a burst of pictures": (lambda: _burst(), "video_frame_rate"),
}


@pytest.mark.parametrize(("make", "code"), ODD.values(), ids=ODD)
def test_refuses_videos_beyond_the_limits(tmp_path, make, code):
    found = report(tmp_path, make())

    assert (found["ok"], found["error"]["code"]) == (False, code)


def test_does_not_believe_a_header_that_promises_millions_of_samples(tmp_path):
    content = bytearray(clip())
    place = content.index(b"stsz") + 12
    content[place : place + 4] = (268_435_455).to_bytes(4)

    found = report(tmp_path, bytes(content))

    assert found["ok"] or found["error"]["code"] == "invalid_video"


def test_survives_any_damage(tmp_path):
    whole = clip(with_sound=True)
    for place in range(0, len(whole), len(whole) // 8):
        damaged = bytearray(whole)
        damaged[place : place + 4] = b"\xff\xff\xff\xff"

        found = report(tmp_path, bytes(damaged))

        assert found["ok"] or found["error"]["code"] in {
            *("invalid_video", "unsupported_media", "video_too_long"),
            *("video_dimensions", "video_frame_rate"),
        }


def test_asks_the_network_for_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        address = f"http://127.0.0.1:{port}/a.ts"
        playlist = f"#EXTM3U\n#EXTINF:5,\n{address}\n".encode()

        found = report(tmp_path, playlist)

        assert found["error"]["code"] == "invalid_video"
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_video_of_which_one_picture_decodes_is_refused(tmp_path):
    found = report(tmp_path, first_picture_only(clip(frames=40, width=320, height=240)))

    assert (found["ok"], found["error"]["code"]) == (False, "invalid_video")


def _all_noise():
    content = clip()
    start = content.index(b"mdat") + 4
    length = int.from_bytes(content[start - 8 : start - 4]) - 8
    return content[:start] + b"\xaa" * length + content[start + length :]


def _burst():
    """Three hundred pictures within a tenth of a second."""
    return clip(frames=300, seconds_apart=Fraction(1, 3000))
