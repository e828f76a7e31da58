"""Real videos, and files that are none, through a real server and a real worker."""

import secrets
import shutil
from http.client import HTTPConnection
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import av
import pytest

from socialml.tests.faults.plant import ROOT, Plant, until

# Whoever has samples lays them beside the checkout; they are no part of it.
SAMPLES = ROOT.parent / "shared" / "data" / "media"
# What is refused though its name ends like a video's, and why.
REFUSED = {
    "Mpeg4.mp4": "invalid_video",
    "mp4-with-audio.mp4": "unsupported_media",
    "tests-amr_nb_1f.3gp": "unsupported_media",
    "tests-bipbop-cenc-audioinit.mp4": "unsupported_media",
    "tests-chunk_out_of_range.mp4": "invalid_video",
    "tests-short-cenc.mp4": "invalid_video",
    "tests-video_colr_nclx_hlg.mp4": "video_dimensions",
}
# Those with enough of a sound to know it again, each another.
HEARD = {"10034.mp4", "10040.mp4", "bigbuckbunny.mp4", "realshort.mp4"}
VIDEO = (".mp4", ".3gp")


def samples() -> list[Path]:
    return sorted(SAMPLES.rglob("*.*")) if SAMPLES.is_dir() else []


def upload(plant: Plant, path: Path, *, token: str) -> tuple[int, dict]:
    """Return the status and the parsed answer to an upload of the file."""
    mark = secrets.token_hex(8)
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="video"; filename="{path.name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + path.read_bytes() + f"\r\n--{mark}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    return plant.ask_raw("POST", "/api/reels", body, token=token, headers=headers)


def fetched(plant: Plant, address: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", plant.port, timeout=30)
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, (address, body)
    return body


def played(plant: Plant, master: str) -> list[float]:
    """Return the seconds of each variant of an HLS stream, having decoded all its segments."""
    lines = fetched(plant, master).decode().splitlines()
    return [_variant_played(plant, urljoin(master, line)) for line in lines if line[:1] != "#"]


def _variant_played(plant: Plant, playlist: str) -> float:
    lines = fetched(plant, playlist).decode().splitlines()
    told = sum(float(line[8:].rstrip(",")) for line in lines if line.startswith("#EXTINF:"))
    [file] = {urljoin(playlist, line) for line in lines if line and line[:1] != "#"}
    with av.open(BytesIO(fetched(plant, file)), format="mov") as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert all(before < after for before, after in pairwise(times))
    assert told == pytest.approx(times[-1] - times[0], abs=1.0)
    return told


@pytest.fixture
def works(plant):
    """An installation that takes videos and makes reels of them."""
    plant.environment |= {"SOCIALML_RATE_FACTOR": "1000", "SOCIALML_TRANSCODE_THREADS": "1"}
    plant.web_start()
    plant.worker_start()
    return plant


@pytest.mark.timeout(1200)
def test_each_sample_becomes_a_stream_that_plays_or_is_refused_with_a_code(works):
    if not samples():
        pytest.skip("needs sample videos: shared/data/media beside the checkout")
    tokens = works.ask("POST", "/api/profile", {"username": "ann"})[1]["data"]["tokens"]
    token = tokens["access"]
    waiting, answers = {}, {}

    for path in samples():
        status, answer = upload(works, path, token=token)
        if status == 202:
            waiting[path.name] = answer["data"]["id"]
        else:
            answers[path.name] = (status, answer["error"]["code"])

    until(lambda: not works.rows("SELECT 1 FROM core_job WHERE queue = 'media'"), seconds=900)

    # On a slow machine the first token is over.
    refreshed = works.ask("POST", "/api/auth/token/refresh", {"refresh": tokens["refresh"]})
    token = refreshed[1]["data"]["access"]
    reels = {
        name: works.ask("GET", f"/api/reels/{reel}", token=token)[1]["data"]
        for name, reel in waiting.items()
    }
    for path in samples():
        if path.suffix not in VIDEO:
            assert answers[path.name] == (400, "unsupported_media"), path.name
        elif path.name in REFUSED:
            assert answers[path.name] == (400, REFUSED[path.name]), path.name
        else:
            made = reels[path.name]
            assert (made["state"], made["percent"]) == ("ready", 100), (path.name, made)
            assert 0 < made["quality"]["score"] <= 1
            seconds = played(works, made["post"]["media"]["hls"])
            assert len(seconds) == len(made["post"]["media"]["renditions"])
            assert seconds[0] * 1000 == pytest.approx(made["post"]["media"]["duration_ms"], abs=500)
    heard = {name: made["sound"]["id"] for name, made in reels.items() if made["sound"]}
    assert set(heard) == HEARD & set(reels)
    assert len(set(heard.values())) == len(heard)
    assert works.is_running("worker")
    assert not list((works.folder / "media" / "work").glob("*"))
    shutil.rmtree(works.folder / "media")
