"""Starting an upload and sending its parts."""

import base64
import errno
import hashlib
import os
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from profiles.tests.factories import UserFactory, client_for
from reels.models import Reel, Upload
from reels.services import part_put
from reels.tests.uploading import (
    PART,
    VIDEO,
    Uploader,
    author,
    outcome,
    small_parts,
)
from socialml.core.errors import Invalid

__all__ = ["author", "small_parts"]

pytestmark = pytest.mark.django_db


def test_a_key_starts_one_upload_and_is_bound_to_its_words(author):
    client, key = client_for(author), {"Idempotency-Key": "one"}
    body = {"size_bytes": 1000, "content_type": "video/mp4"}

    first, second = (client.post("/api/reels/uploads", body, headers=key) for _ in range(2))

    assert first.json() == second.json()
    assert Upload.objects.count() == 1
    upload = Uploader(author)
    upload.put_all()
    assert upload.finish(headers={"Idempotency-Key": "two"}, content="One").status_code == 202
    response = upload.finish(headers={"Idempotency-Key": "two"}, content="Two")
    assert outcome(response) == (409, "idempotency_mismatch")


def test_a_part_sent_again_replaces_what_came_before(author, media_files):
    upload = Uploader(author)
    upload.put(1, b"x" * PART)
    upload.put_all()
    assert len(media_files()) == 3

    upload.finish()

    with default_storage.open(Reel.objects.get().video) as file:
        assert file.read() == VIDEO


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        ({"size_bytes": 2**40, "content_type": "video/mp4"}, (413, "video_too_large")),
        ({"size_bytes": 0, "content_type": "video/mp4"}, (400, "min_value")),
        ({"size_bytes": 9, "content_type": "image/png"}, (400, "invalid_choice")),
        ({"content_type": "video/mp4"}, (400, "required")),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(author, draft, refusal):
    response = client_for(author).post("/api/reels/uploads", draft)

    assert outcome(response) == refusal
    assert not Upload.objects.exists()


def test_a_part_that_is_not_whole_is_refused_and_leaves_nothing(author, media_files):
    upload = Uploader(author)
    digest = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    first = VIDEO[:PART]

    refused = [
        upload.put(1, first[:-1]),
        upload.put(1, first + b"x"),
        upload.put(1, first, HTTP_CONTENT_DIGEST=f"sha-256=:{digest}:"),
        upload.put(1, first, HTTP_CONTENT_DIGEST="md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"),
        upload.put(1, b""),
        upload.put(1, first, content_type="video/mp4"),
        upload.put(4, first),
        upload.put(10**12, first),
    ]

    assert [outcome(response) for response in refused] == [
        (400, "part_size"),
        (400, "part_size"),
        (400, "digest_mismatch"),
        (400, "invalid_digest"),
        (400, "parse_error"),
        (415, "unsupported_media_type"),
        (404, "not_found"),
        (404, "not_found"),
    ]
    assert refused[-3].json()["message"] == "Send application/octet-stream."
    assert media_files() == []
    assert upload.state()["parts"] == []
    digest = base64.b64encode(hashlib.sha256(first).digest()).decode()
    told = f"crc32=:AAAAAA==:, sha-256=:{digest}:"
    assert upload.put(1, first, HTTP_CONTENT_DIGEST=told).status_code == 200


def test_a_body_that_ends_early_is_refused_and_leaves_nothing(author, media_files, media):
    upload = Uploader(author)

    with pytest.raises(Invalid) as refusal:
        part_put(
            upload_id=upload.started["id"],
            account_id=author.pk,
            number=1,
            body=BytesIO(VIDEO[: PART - 1]),
            length=PART,
            at=timezone.now(),
        )

    assert refusal.value.code == "incomplete_upload"
    assert (media_files(), list((media / "work").iterdir())) == ([], [])


def test_a_disk_without_room_is_no_bug(author, media_files, monkeypatch):
    upload = Uploader(author)

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        response = upload.put(1)

    assert outcome(response) == (503, "storage_full")
    assert media_files() == []
    assert upload.put(1).status_code == 200


def test_an_account_has_so_many_open_uploads_and_bytes_at_most(author, settings):
    settings.SOCIALML_UPLOADS_OPEN = 2
    settings.SOCIALML_UPLOADS_OPEN_BYTES = 10_000
    client = client_for(author)

    def start(size):
        return client.post("/api/reels/uploads", {"size_bytes": size, "content_type": "video/mp4"})

    assert start(9000).status_code == 201
    assert outcome(start(1001)) == (409, "upload_quota")
    last = start(1000)
    assert outcome(start(1)) == (409, "too_many_uploads")
    listed = client.get("/api/reels/uploads").json()["data"]["results"]
    assert [upload["size_bytes"] for upload in listed] == [1000, 9000]
    # Another's are not counted, and one that is given up is open no more.
    assert client_for(UserFactory()).get("/api/reels/uploads").json()["data"]["results"] == []
    client.delete(f"/api/reels/uploads/{last.json()['data']['id']}")
    assert start(1000).status_code == 201
