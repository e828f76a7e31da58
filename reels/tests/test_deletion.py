from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from posts.models import Post
from posts.tests.factories import PostFactory
from profiles.tests.factories import UserFactory, client_for
from reels.models import Reel
from reels.services import media_sweep
from reels.services.processing import reel_files
from reels.tests.factories import ready_reel, stored_reel, waiting_reel

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [ready_reel, waiting_reel])
def test_a_deleted_reel_leaves_no_row_and_no_file(make, media_files):
    author = UserFactory()
    reel = make(author)
    assert media_files()

    response = client_for(author).delete(f"/api/reels/{reel.pk}")

    assert response.status_code == 204
    assert not Post.objects.exists()
    assert not Reel.objects.exists()
    assert media_files() == []


def test_another_may_not_delete_it(media_files):
    reel = stored_reel(UserFactory())

    response = client_for(UserFactory()).delete(f"/api/reels/{reel.pk}")

    assert (response.status_code, response.json()["error"]["code"]) == (403, "permission_denied")
    assert Reel.objects.exists()
    assert set(media_files()) == {Path(name).name for name in reel_files(reel)}


def test_what_is_no_reel_is_not_found():
    author = UserFactory()
    post = PostFactory(author=author)

    for post_id in (post.pk, post.pk + 999):
        assert client_for(author).delete(f"/api/reels/{post_id}").status_code == 404
        assert client_for(author).get(f"/api/reels/{post_id}").status_code == 404
    assert Post.objects.exists()


def test_files_that_no_reel_owns_go_after_an_hour(media_files):
    reel = stored_reel(UserFactory())
    orphan = "0" * 32
    default_storage.save(f"reels/00/{orphan}.mp4", ContentFile(b"left behind"))
    now = timezone.now()

    assert media_sweep(at=now + timedelta(minutes=50)) == 0
    assert media_sweep(at=now + timedelta(minutes=70)) == 1

    assert set(media_files()) == {Path(name).name for name in reel_files(reel)}


def test_a_folder_without_files_is_no_failure():
    assert media_sweep(at=timezone.now()) == 0
