import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from profiles.models import User
from profiles.tests.factories import UserFactory, client_for
from reels.tests.factories import stored_reel
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    user = UserFactory(is_staff=True)
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def test_operators_see_reels_and_change_none(operator):
    reel = stored_reel(UserFactory(username="ann"))

    page = operator.get("/admin/reels/reel/", {"q": "ann"})

    assert page.status_code == 200
    assert f"/admin/reels/reel/{reel.pk}/change/" in page.content.decode()
    assert operator.post(f"/admin/reels/reel/{reel.pk}/delete/").status_code == 403
    assert operator.get("/admin/reels/reel/add/").status_code == 403


def test_the_page_of_a_reel_says_what_was_found_of_it(operator):
    reel = stored_reel(UserFactory(username="ann"))

    page = operator.get(f"/admin/reels/reel/{reel.pk}/change/").content.decode()

    for told in ("0.2718281", "Hold the focus.", "0.0 to 0.2 s", "Process again"):
        assert told in page
    assert f"/media/reels/{reel.key[:2]}/{reel.key}.m3u8?t=" in page
    assert operator.get("/admin/reels/reel/999/change/").status_code == 404
    assert operator.get("/admin/reels/reel/x/change/").status_code == 404


def test_only_who_may_change_reels_has_one_processed_again(operator):
    reel = stored_reel(UserFactory())
    reader = UserFactory(is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_reel"))
    client = Client()
    client.force_login(reader)

    assert (
        "Process again" not in client.get(f"/admin/reels/reel/{reel.pk}/change/").content.decode()
    )
    assert client.post(f"/admin/reels/reel/{reel.pk}/again/").status_code == 403
    assert not Job.objects.exists()

    assert operator.get(f"/admin/reels/reel/{reel.pk}/again/").status_code == 405
    operator.post(f"/admin/reels/reel/{reel.pk}/again/")
    assert Job.objects.get().kwargs["post_id"] == reel.pk


def test_operators_see_how_far_an_upload_in_parts_is(operator):
    draft = {"size_bytes": 20_000_000, "content_type": "video/mp4"}
    ann = client_for(UserFactory(username="ann"))
    started = ann.post("/api/reels/uploads", draft).json()["data"]

    page = operator.get("/admin/reels/upload/", {"q": "ann"}).content.decode()

    assert f"0 of {started['part_count']}" in page
    assert operator.get(f"/admin/reels/upload/{started['id']}/change/").status_code == 200
    assert operator.post(f"/admin/reels/upload/{started['id']}/delete/").status_code == 403
