import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from profiles.models import User
from profiles.tests.factories import PASSWORD, UserFactory, client_for

pytestmark = pytest.mark.django_db


def test_token_prints_a_pair_that_works():
    user = UserFactory(username="ann")
    out = StringIO()

    call_command("token", "ANN", stdout=out)

    tokens = json.loads(out.getvalue())
    assert set(tokens) == {"access", "refresh"}
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    assert client.get("/api/profile").json()["data"]["id"] == user.pk


def test_token_says_who_is_missing():
    UserFactory(username="closed", is_active=False)

    for name in ("nobody", "closed"):
        with pytest.raises(CommandError, match=name):
            call_command("token", name)


def test_createsuperuser_makes_one_that_may_sign_in(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", username="Admin", interactive=False, stdout=StringIO())

    user = User.objects.get_by_natural_key("ADMIN")
    assert user.is_superuser and user.is_staff
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["ADMIN", "a b c", "аdmin"])
def test_createsuperuser_refuses_a_bad_or_taken_name(name, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    UserFactory(username="admin")

    with pytest.raises(CommandError):
        call_command("createsuperuser", username=name, interactive=False)

    assert User.objects.count() == 1
