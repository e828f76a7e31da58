import pytest
from django.utils import timezone

from profiles.models import Session
from profiles.services import account_reinstate, account_suspend, sessions_revoke
from profiles.tests.factories import NOON, PASSWORD, UserFactory, client_for

pytestmark = pytest.mark.django_db


def _post_password(client, **body):
    return client.post("/api/auth/password", body)


@pytest.mark.django_db(transaction=True)
def test_logging_out_ends_this_session_at_once_and_no_other():
    user = UserFactory()
    here, there = client_for(user), client_for(user)

    response = here.post("/api/auth/logout")

    assert response.status_code == 200
    assert here.get("/api/profile").status_code == 401
    assert there.get("/api/profile").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_account_without_a_password_sets_one_with_its_token():
    user = UserFactory(username="ann")
    here, there = client_for(user), client_for(user)

    assert _post_password(here, new_password=PASSWORD).status_code == 200

    assert there.get("/api/profile").status_code == 401
    assert here.get("/api/profile").json()["data"]["has_password"] is True
    login = {"username": "ann", "password": PASSWORD}
    assert client_for().post("/api/auth/token", login).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_changing_a_password_needs_the_current_one():
    user = UserFactory(password=PASSWORD)
    here, there = client_for(user), client_for(user)

    missing = _post_password(here, new_password="another-lynx-58")
    wrong = _post_password(here, new_password="another-lynx-58", current_password="nope")

    assert (missing.status_code, wrong.status_code) == (400, 400)
    assert wrong.json()["error"]["code"] == "wrong_password"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert there.get("/api/profile").status_code == 200

    body = {"new_password": "another-lynx-58", "current_password": PASSWORD}
    assert _post_password(here, **body).status_code == 200
    assert there.get("/api/profile").status_code == 401


@pytest.mark.parametrize(
    "password", ["short", "password1234", "84736251940", "person_x", "p" * 129]
)
def test_a_password_that_is_easy_to_guess_is_refused(password):
    user = UserFactory(username="person_xyz")

    response = _post_password(client_for(user), new_password=password)

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["new_password"]
    user.refresh_from_db()
    assert not user.has_usable_password()


@pytest.mark.django_db(transaction=True)
def test_suspending_stops_the_tokens_and_reinstating_lets_in_again():
    user = UserFactory()
    client = client_for(user)

    assert account_suspend(user_id=user.pk, at=NOON) is True
    assert account_suspend(user_id=user.pk, at=NOON) is False
    assert client.get("/api/profile").status_code == 401

    assert account_reinstate(user_id=user.pk, at=NOON) is True
    assert client_for(user).get("/api/profile").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_one_session_may_be_kept():
    user = UserFactory()
    kept, ended = client_for(user), client_for(user)
    session_id = Session.objects.order_by("started_at").first().pk

    assert sessions_revoke(user_id=user.pk, at=timezone.now(), keep=session_id) == 1

    assert kept.get("/api/profile").status_code == 200
    assert ended.get("/api/profile").status_code == 401


@pytest.mark.parametrize(
    "path", ["/api/profile", "/api/profile/export", "/api/profile/preferences"]
)
@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer a.b.c", "Basic eDp5", "Bearer é"]
)
def test_a_header_that_is_no_access_token_is_refused(path, header):
    response = client_for().get(path, headers={"Authorization": header})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "token_not_valid"
