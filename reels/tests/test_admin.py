import pytest
from django.test import Client

from profiles.models import User
from profiles.tests.factories import UserFactory
from reels.tests.factories import stored_reel

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
