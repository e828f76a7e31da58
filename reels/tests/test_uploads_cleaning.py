"""What is left of an upload once it is given up, over or its account's no more: nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from profiles.tests.factories import UserFactory
from reels.models import Reel, Upload, UploadPart
from reels.services import media_sweep
from reels.services.erasure import account_erase
from reels.tests.uploading import Uploader, author, commits, outcome, small_parts

__all__ = ["author", "small_parts"]

pytestmark = pytest.mark.django_db


def test_an_upload_that_is_given_up_leaves_nothing(author, media_files):
    upload = Uploader(author)
    upload.put_all()

    assert [upload.abort().status_code for _ in range(2)] == [204, 204]

    assert media_files() == []
    assert not UploadPart.objects.exists()
    assert [upload.client.get(upload.url).status_code, upload.put(1).status_code] == [404, 404]
    assert upload.finish().status_code == 404


def test_a_reel_is_not_given_up_by_its_upload(author):
    upload = Uploader(author)
    upload.put_all()
    upload.finish()

    assert outcome(upload.abort()) == (409, "upload_finished")

    assert Reel.objects.exists()
    upload.client.delete(f"/api/reels/{upload.state()['reel_id']}")
    assert upload.client.get(upload.url).status_code == 404


def test_nothing_remains_of_an_upload_whose_time_is_over(author, media_files):
    upload, other = Uploader(author), Uploader(author)
    upload.put(1)
    other.put(1)
    Upload.objects.filter(pk=upload.started["id"]).update(expires_at=timezone.now())

    assert (upload.put(2).status_code, upload.finish().status_code) == (404, 404)
    with commits():
        media_sweep(at=timezone.now())

    assert list(Upload.objects.values_list("pk", flat=True)) == [other.started["id"]]
    assert media_files() == [Path(UploadPart.objects.get().name).name]


def test_a_part_whose_process_was_killed_before_its_row_goes_after_an_hour(author, media_files):
    upload = Uploader(author)
    upload.put(1)
    default_storage.save("uploads/00/left.part", ContentFile(b"left behind"))
    now = timezone.now()

    media_sweep(at=now + timedelta(minutes=50))
    assert len(media_files()) == 2
    media_sweep(at=now + timedelta(minutes=70))

    assert media_files() == [Path(UploadPart.objects.get().name).name]


def test_an_erased_account_leaves_no_upload(author, media_files):
    Uploader(author).put_all()
    Uploader(UserFactory()).put(1)

    with commits():
        assert account_erase(account_id=author.pk) == {"uploads": 1, "media": 0}

    assert len(media_files()) == Upload.objects.count() == 1
