"""What becomes of an upload that several requests work on at once."""

from functools import partial

import pytest
from django.core.files.storage import default_storage

from profiles.tests.factories import UserFactory, client_for
from profiles.tests.together import together
from reels.models import Reel, Upload, UploadPart
from reels.services import upload_abort
from reels.services.erasure import account_erase
from reels.tests.uploading import PART, VIDEO, Uploader

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def author(settings):
    settings.SOCIALML_UPLOAD_PART_BYTES = PART
    return UserFactory()


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


def test_of_one_part_sent_many_times_at_once_one_stays_whole(author, media_files, settings):
    settings.SOCIALML_UPLOAD_PART_BYTES = size = 600_000
    upload = Uploader(author, bytes(size))
    bodies = [bytes([letter]) * size for letter in b"abcd"]

    answers = together([partial(upload.put, 1, body) for body in bodies])

    assert statuses(answers) == [200] * 4
    with default_storage.open(UploadPart.objects.get().name) as file:
        assert file.read() in bodies
    assert len(media_files()) == 1


def test_finished_many_times_at_once_it_is_one_reel(author, media_files):
    upload = Uploader(author)
    upload.put_all()

    answers = together([upload.finish] * 3)

    assert statuses(answers) == [202] * 3
    reel = Reel.objects.get()
    assert {answer.json()["data"]["id"] for answer in answers} == {reel.pk}
    assert media_files() == [f"{reel.key}.mp4"]
    with default_storage.open(reel.video) as file:
        assert file.read() == VIDEO


def test_finished_and_given_up_at_once_it_is_a_reel_or_nothing(author, media_files):
    for _ in range(3):
        upload = Uploader(author)
        upload.put_all()

        finished, aborted = together([upload.finish, upload.abort])

        assert (finished.status_code, aborted.status_code) in [(202, 409), (404, 204), (409, 204)]
    assert Reel.objects.count() == Upload.objects.count() == len(media_files())
    assert not UploadPart.objects.exists()


@pytest.mark.parametrize("end", [upload_abort, account_erase])
def test_a_part_that_arrives_as_its_upload_goes_leaves_nothing(author, media_files, end):
    for _ in range(3):
        upload = Uploader(author)
        upload.put(1)
        ended = {"account_id": author.pk}
        if end is upload_abort:
            ended["upload_id"] = upload.started["id"]

        put, _ = together([partial(upload.put, 2), partial(end, **ended)])

        assert put.status_code in (200, 404)
    assert media_files() == []
    assert not Upload.objects.exists()


def test_started_many_times_at_once_no_more_are_open_than_may_be(author, settings):
    settings.SOCIALML_UPLOADS_OPEN = 2

    answers = together([partial(start, author)] * 6)

    assert statuses(answers) == [201] * 2 + [409] * 4
    assert Upload.objects.count() == 2


def start(author):
    body = {"size_bytes": 1000, "content_type": "video/mp4"}
    return client_for(author).post("/api/reels/uploads", body)
