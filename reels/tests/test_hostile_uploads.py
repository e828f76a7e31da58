"""Forms and files that broke others. What is refused leaves no row, no file and no job."""

import time
from collections.abc import Iterator
from io import BytesIO

import av
import numpy as np
import pytest
from django.db import connection
from django.test import Client

from posts.models import Post
from profiles.tests.factories import NOON, UserFactory, client_for
from profiles.tests.together import together
from reels.models import Reel
from reels.services import reel_process
from reels.tests.clips import clip
from socialml.core.models import Job

BOUNDARY = "frontier"
FORM = f"multipart/form-data; boundary={BOUNDARY}"

pytestmark = pytest.mark.django_db


def part(name: str, content: bytes, *, more: str = "", headers: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{headers}\r\n'
    return head.encode("utf-8", "surrogateescape") + content + b"\r\n"


def video(content: bytes | None = None, *, name: str = '"a.mp4"', headers: str = "") -> bytes:
    kind = f"Content-Type: video/mp4\r\n{headers}"
    return part(
        "video", clip() if content is None else content, more=f"; filename={name}", headers=kind
    )


def end() -> bytes:
    return f"--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def send(author):
    """Return a function that uploads a body as it is."""
    client = client_for(author)

    def sent(body: bytes, content_type: str = FORM, **headers):
        return client.generic("POST", "/api/reels", body, content_type=content_type, **headers)

    return sent


@pytest.fixture
def nothing_left(author, media_files) -> Iterator[None]:
    yield
    assert media_files() == []
    assert not any(model.objects.exists() for model in (Post, Reel, Job))


def outcome(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


FORMS = {
    "no boundary": (video() + end(), "multipart/form-data", "parse_error"),
    "an empty boundary": (video() + end(), "multipart/form-data; boundary=", "parse_error"),
    "a boundary of no ASCII": (video() + end(), "multipart/form-data; boundary=é", "parse_error"),
    "a boundary of 5000": (
        video() + end(),
        f"multipart/form-data; boundary={'x' * 5000}",
        "parse_error",
    ),
    "another boundary": (video() + end(), "multipart/form-data; boundary=other", "required"),
    "nothing": (b"", FORM, "parse_error"),
    "an end and no part": (end(), FORM, "required"),
    "base64 that is none": (
        video(b"!!!not base64!!!", headers="Content-Transfer-Encoding: base64\r\n") + end(),
        FORM,
        "parse_error",
    ),
    "a part without a name": (
        b"--frontier\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + end(),
        FORM,
        "required",
    ),
    "2000 fields": (
        b"".join(part(f"f{n}", b"x") for n in range(2000)) + video() + end(),
        FORM,
        "too_many_fields",
    ),
    "150 files": (
        b"".join(part(f"f{n}", b"x", more='; filename="a"') for n in range(150)) + end(),
        FORM,
        "too_many_fields",
    ),
    "a nul in a text": (
        part("content", b"a\x00b") + video() + end(),
        FORM,
        "null_characters_not_allowed",
    ),
    "text that is no UTF-8": (
        part("category", b"\xff\xfe") + video() + end(),
        FORM,
        "unknown_category",
    ),
    "zalgo": (
        part("content", ("a" + "\u0316" * 30).encode()) + video() + end(),
        FORM,
        "too_many_combining",
    ),
}


@pytest.mark.parametrize(("body", "content_type", "code"), FORMS.values(), ids=FORMS)
def test_a_form_that_is_none_is_refused(send, body, content_type, code, nothing_left):
    assert outcome(send(body, content_type)) == (400, code)


def test_a_text_beyond_memory_is_refused(send, nothing_left):
    body = part("content", b"x" * 3_000_000) + video() + end()

    assert outcome(send(body)) == (413, "payload_too_large")


def test_a_charset_other_than_utf_8_is_refused(send, nothing_left):
    assert outcome(send(video() + end(), f"{FORM}; charset=utf-7")) == (415, "unsupported_charset")


def _tail(content: bytes) -> bytes:
    return clip() + content


def _free_box(content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + b"free" + content


FILES = {
    "a page": (b"<html><script>alert(1)</script>", "unsupported_media"),
    "a drawing": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "unsupported_media",
    ),
    "a drawing behind a declaration": (b'<?xml version="1.0"?><svg onload="a"/>', "invalid_video"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "invalid_video"),
    "php": (b"<?php system($_GET[0]); ?>", "invalid_video"),
    "a document": (b"PK\x03\x04[Content_Types].xml", "unsupported_media"),
    "gif and script": (b"GIF89a/*" + clip() + b"*/=1;alert(1)", "unsupported_media"),
    "a document in front": (b"%PDF-1.4\n" + clip(), "unsupported_media"),
    "a script behind": (_tail(b"<script>alert(1)</script>"), "invalid_video"),
    "an archive behind": (_tail(b"PK\x03\x04" + bytes(100)), "invalid_video"),
}


@pytest.mark.parametrize(("content", "code"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_video_is_refused(send, content, code, nothing_left):
    assert outcome(send(video(content) + end())) == (400, code)


SIDES = (64).to_bytes(2) + (48).to_bytes(2)


@pytest.mark.parametrize("sides", [bytes(4), b"\xff" * 4, b"\x7f\xff\x00\x01"], ids=bytes.hex)
def test_sides_that_the_header_makes_up_are_not_believed(send, sides):
    assert SIDES in clip()

    response = send(video(clip().replace(SIDES, sides)) + end())

    assert response.status_code == 202
    reel_process(post_id=response.json()["data"]["id"], at=NOON)
    reel = Reel.objects.get()
    assert (reel.state, reel.width, reel.height) == (Reel.State.READY, 64, 48)


def _table(kind: bytes, place: int, value: int) -> bytes:
    """Return a clip whose index says `value` at `place` of its table of that kind."""
    content = bytearray(clip())
    start = content.index(kind) + place
    content[start : start + 4] = value.to_bytes(4)
    return bytes(content)


INDEXES = {
    "a quarter of a billion samples in time": _table(b"stts", 12, 268_435_455),
    "no time between pictures": _table(b"stts", 16, 0),
    "an age between pictures": _table(b"stts", 16, 2**31 - 1),
    "a quarter of a billion sizes": _table(b"stsz", 12, 268_435_455),
    "samples of two gigabytes": _table(b"stsz", 16, 2**31 - 1),
    "no ticks in a second": _table(b"mdhd", 16, 0),
}


@pytest.mark.parametrize("content", INDEXES.values(), ids=INDEXES)
def test_an_index_that_lies_breaks_nothing(send, content):
    started = time.perf_counter()

    response = send(video(content) + end())

    assert time.perf_counter() - started < 20
    if response.status_code == 400:
        assert outcome(response)[1] in ("invalid_video", "video_too_long", "video_frame_rate")
        return
    assert response.status_code == 202
    reel_process(post_id=response.json()["data"]["id"], at=NOON)
    assert Reel.objects.get().state in (Reel.State.READY, Reel.State.REJECTED)


def test_a_crowd_of_streams_is_refused(send, nothing_left):
    file = BytesIO()
    with av.open(file, "w", format="mp4") as output:
        streams = [output.add_stream("aac", rate=16_000, layout="mono") for _ in range(64)]
        for stream in streams:
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 16_000, 0
            output.mux(stream.encode(frame))
            output.mux(stream.encode(None))

    response = send(video(file.getvalue()) + end())

    assert outcome(response) == (400, "unsupported_media")


def test_a_document_hidden_in_a_box_is_served_as_a_video_that_runs_nowhere(send):
    hidden = _free_box(b"%PDF-1.4 <script>alert(1)</script>")

    assert send(video(clip() + hidden) + end()).status_code == 202

    Post.objects.update(moderation=Post.Moderation.VISIBLE)
    response = Client().get(f"/media/{Reel.objects.get().video}")
    assert response["Content-Type"] == "video/mp4"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


NAMES = [
    '"../../../../tmp/pwn.mp4"',
    r'"..\..\x.mp4"',
    r'"C:\x.mp4"',
    '"/etc/x.mp4"',
    '"a\x00b.mp4"',
    '"a\rb.mp4"',
    '"a%0d%0aX-Evil: 1.mp4"',
    '"\u202e4pm.exe"',
    f'"{"x" * 5000}.mp4"',
    '".."',
    '"CON"',
    '"a.mp4;.html"',
    '"a.html"',
    '"a.php"',
    "a.mp4",
    "\"a.mp4\"; filename*=UTF-8''b%ff.html",
    "\"a.mp4\"; filename*=bogus''b.mp4",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_a_hostile_name_is_never_used(send, media, media_files, name):
    response = send(video(name=name) + end())

    assert response.status_code in (202, 400), response.content
    keys = list(Reel.objects.values_list("key", flat=True))
    assert media_files() == [f"{key}.mp4" for key in keys]
    assert len(keys) == (response.status_code == 202)
    assert "X-Evil" not in response


def test_a_file_without_a_name_is_no_file(send, nothing_left):
    assert send(video(name='""') + end()).status_code == 400


def test_what_is_not_for_the_asking_is_never_set(send, author):
    names = ("author", "author_id", "user_id", "id", "moderation", "state", "key", "like_count")
    fields = b"".join(part(name, b"987654321") for name in names)

    assert send(fields + video() + end()).status_code == 202

    post = Post.objects.get()
    assert (post.author_id, post.moderation) == (author.pk, Post.Moderation.PROCESSING)
    assert "987654321" not in repr([*Post.objects.values_list(), *Reel.objects.values_list()])


def test_a_field_given_twice_counts_once(send):
    body = part("content", b"one") + part("content", b"two") + video() + video() + end()

    assert send(body).status_code in (202, 400)
    assert Reel.objects.count() <= 1


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_at_once_makes_one_reel(author, media_files):
    def upload():
        try:
            client = client_for(author)
            return client.generic(
                "POST",
                "/api/reels",
                video() + end(),
                content_type=FORM,
                HTTP_IDEMPOTENCY_KEY="one-upload",
            ).status_code
        finally:
            connection.close()

    statuses = together([upload] * 4)

    assert statuses == [202] * 4
    assert Reel.objects.count() == len(media_files()) == 1
