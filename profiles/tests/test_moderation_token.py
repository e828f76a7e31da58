"""How somebody who was shut out gets to read why."""

import pytest

from profiles.models import Session
from profiles.services import account_suspend, erasure_request, password_set
from profiles.tests.factories import NOON, PASSWORD, UserFactory, client_for

pytestmark = pytest.mark.django_db(transaction=True)

DECISIONS = "/api/moderation/decisions"


@pytest.fixture
def shut_out():
    user = UserFactory(username="ann", password=PASSWORD)
    account_suspend(user_id=user.pk, at=NOON)
    return user


def ask(path="/api/moderation/token", password=PASSWORD):
    return client_for().post(path, {"username": "ann", "password": password})


def holder(response):
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {response.json()['data']['access']}")
    return client


def test_a_suspended_account_is_told_where_to_read_why(shut_out):
    refused = ask("/api/auth/token")

    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "account_suspended")
    assert "/api/moderation/token" in refused.json()["message"]
    assert not Session.objects.exists()


def test_the_token_opens_the_decisions_and_nothing_else(shut_out):
    response = ask()

    assert response.status_code == 200
    assert response.json()["data"]["expires_in"] == 300
    client = holder(response)
    assert client.get(DECISIONS).status_code == 200
    closed = [
        client.get("/api/profile"),
        client.get("/api/feed"),
        client.post("/api/post", {"content": "Still here"}),
        client.post("/api/post", {"content": "Still here"}, headers={"Idempotency-Key": "k"}),
        client.post("/api/auth/password", {"new_password": "another-lynx-58"}),
    ]
    assert [found.status_code for found in closed] == [401] * 5
    assert {found.json()["error"]["code"] for found in closed} == {"token_not_valid"}


def test_a_wrong_password_and_an_account_that_is_being_erased_get_none(shut_out):
    erased = UserFactory(username="eve", password=PASSWORD)
    erasure_request(user_id=erased.pk, at=NOON)
    body = {"username": "eve", "password": PASSWORD}

    refused = [ask(password="wrong-guess-12"), client_for().post("/api/moderation/token", body)]

    assert [found.status_code for found in refused] == [401, 401]
    assert {found.json()["error"]["code"] for found in refused} == {"no_active_account"}
    assert not Session.objects.exists()


def test_a_new_password_ends_it():
    user = UserFactory(username="ann", password=PASSWORD)
    client = holder(ask())
    assert client.get(DECISIONS).status_code == 200

    password_set(
        user_id=user.pk,
        new_password="another-lynx-58",
        current_password=PASSWORD,
        session_id="",
        at=NOON,
    )

    assert client.get(DECISIONS).status_code == 401


@pytest.mark.usefixtures("one_rate_window")
def test_guesses_count_together_with_those_at_signing_in(shut_out):
    guesses = [ask("/api/auth/token", "wrong-guess-12").status_code for _ in range(10)]

    assert guesses == [401] * 10
    assert ask().status_code == 429
