"""Media in S3, spoken to over HTTP: moto's server stands in for it."""

import os
import subprocess
import sys
from datetime import timedelta
from http.client import HTTPConnection

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from posts.models import Post
from profiles.tests.factories import UserFactory, client_for
from reels.models import Reel, Upload
from reels.services import finishing, media_sweep, reel_process
from reels.tests.uploading import PART, VIDEO, Killed, Uploader, commits, outcome
from socialml.tests.faults.plant import free_port, until

pytestmark = pytest.mark.django_db
BUCKET = "reels-of-tests"
KEYS = {"access_key": "tests", "secret_key": "tests", "region_name": "us-east-1"}


@pytest.fixture(scope="module")
def s3():
    """A client of a server with an empty bucket, where parts may be small."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "--port", str(port)]
    small = {**os.environ, "S3_UPLOAD_PART_MIN_SIZE": "1"}
    server = subprocess.Popen(
        command, env=small, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
        region_name="us-east-1",
    )

    def answers():
        try:
            return client.create_bucket(Bucket=BUCKET)
        except (EndpointConnectionError, ConnectionClosedError):
            return False

    try:
        until(answers, seconds=60)
        yield client
    finally:
        server.kill()
        server.wait()


@pytest.fixture(autouse=True)
def remote(s3, settings):
    """Lay media into the bucket, which is empty again afterwards."""
    options = {"bucket_name": BUCKET, "endpoint_url": s3.meta.endpoint_url, **KEYS}
    options["signature_version"] = "s3v4"
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    settings.SOCIALML_MEDIA_S3_BUCKET = BUCKET
    settings.SOCIALML_UPLOAD_PART_BYTES = PART
    yield
    for name in names(s3):
        s3.delete_object(Bucket=BUCKET, Key=name)


def names(s3):
    return [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def under_way(s3):
    return s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])


def sent(url, body):
    server, path = url.removeprefix("http://").split("/", 1)
    connection = HTTPConnection(server, timeout=60)
    connection.request("PUT", f"/{path}", body)
    with connection.getresponse() as answer:
        answer.read()
    connection.close()
    return answer.status


def put(upload, *, without=()):
    """Send the parts to where the answer says, and return their numbers."""
    there = upload.state()["part_urls"]
    for part in there:
        number = part["number"]
        if number not in without:
            body = upload.content[(number - 1) * PART : number * PART]
            assert sent(part["url"], body) == 200
    return [part["number"] for part in there]


def test_parts_go_straight_to_it_and_become_a_reel_that_is_made_and_served(s3):
    upload = Uploader(UserFactory())
    assert [part["number"] for part in upload.started["part_urls"]] == [1, 2, 3]
    put(upload, without={2})
    assert upload.state()["parts"] == [1, 3]
    assert outcome(upload.finish()) == (409, "upload_incomplete")
    assert outcome(upload.put(2)) == (409, "upload_direct")
    assert put(upload) == [2]

    answers = [upload.finish(content="Sea") for _ in range(2)]

    reel = Reel.objects.get()
    assert [answer.status_code for answer in answers] == [202, 202]
    assert names(s3) == [reel.video]
    assert under_way(s3) == []
    assert upload.state()["part_urls"] is None
    with commits():
        assert reel_process(post_id=reel.pk, at=timezone.now()) == Reel.State.READY
    assert reel.video not in names(s3)
    video = Post.objects.get().media["video"]
    whole = b"".join(Client().get(video).streaming_content)
    part = Client().get(video, headers={"Range": "bytes=10-19"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, whole[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
    with commits():
        upload.client.delete(f"/api/reels/{reel.pk}")
    assert names(s3) == []
    assert Client().get(video).status_code == 404


def test_parts_may_come_through_the_application(s3, settings):
    settings.SOCIALML_UPLOADS_DIRECT = False
    upload = Uploader(UserFactory())
    assert upload.started["part_urls"] is None
    upload.put(1, b"x" * PART)
    upload.put_all()
    assert len(names(s3)) == 3

    assert upload.finish().status_code == 202

    reel = Reel.objects.get()
    assert names(s3) == [reel.video]
    with default_storage.open(reel.video) as file:
        assert file.read() == VIDEO


def test_finishing_goes_on_where_a_process_was_killed_after_the_parts_were_one(s3, monkeypatch):
    upload = Uploader(UserFactory())
    put(upload)

    def killed(**_):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(finishing, "reel_record", killed)
        upload.finish()
    # The sweep leaves it alone: its upload is not over.
    assert media_sweep(at=timezone.now() + timedelta(hours=2)) == 0

    assert upload.finish().status_code == 202
    assert names(s3) == [Reel.objects.get().video]


def test_nothing_remains_of_what_became_no_reel(s3, settings):
    author, now = UserFactory(), timezone.now()
    aborted, expired, rejected, forgotten = (
        Uploader(author, content=bytes(len(VIDEO))) for _ in range(4)
    )
    assert len(under_way(s3)) == 4
    for upload in (aborted, expired):
        put(upload, without={2})
    put(rejected)

    settings.SOCIALML_UPLOADS_OPEN = 4
    body = {"size_bytes": 9, "content_type": "video/mp4"}
    refused = aborted.client.post("/api/reels/uploads", body)
    assert (outcome(refused), len(under_way(s3))) == ((409, "too_many_uploads"), 4)
    assert outcome(rejected.finish()) == (400, "invalid_video")
    assert aborted.abort().status_code == 204
    assert len(under_way(s3)) == 2
    Upload.objects.filter(pk=expired.started["id"]).update(expires_at=now)
    with commits():
        media_sweep(at=now)
    assert len(under_way(s3)) == 1
    # As if its process was killed before the row was there.
    Upload.objects.filter(pk=forgotten.started["id"]).delete()
    media_sweep(at=now + timedelta(hours=2))

    assert (names(s3), under_way(s3)) == ([], [])


def test_a_bucket_that_does_not_answer_is_no_bug(settings):
    settings.SOCIALML_MEDIA_S3_BUCKET = "nobody-made-it"

    body = {"size_bytes": 9, "content_type": "video/mp4"}
    response = client_for(UserFactory()).post("/api/reels/uploads", body)

    assert outcome(response) == (503, "storage_away")
    assert not Upload.objects.exists()
