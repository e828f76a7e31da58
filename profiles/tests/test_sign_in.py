import pytest

from analytics.models import Event
from profiles.models import Session
from profiles.services import account_suspend, erasure_request
from profiles.tests.factories import NOON, PASSWORD, UserFactory, client_for
from socialml.settings.hashers import Argon2

pytestmark = pytest.mark.django_db


def _sign_in(name, password=PASSWORD, **headers):
    body = {"username": name, "password": password}
    return client_for().post("/api/auth/token", body, **headers)


def test_a_name_and_its_password_give_tokens():
    user = UserFactory(username="ann", password=PASSWORD)

    response = _sign_in("ANN")

    assert response.status_code == 200
    data = response.json()["data"]
    assert set(data) == {"access", "refresh", "expires_in"}
    assert data["expires_in"] == 300
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {data['access']}")
    assert client.get("/api/profile").json()["data"]["id"] == user.pk
    assert Event.objects.get().kind == Event.Kind.SIGNED_IN


def test_the_address_does_instead_of_the_name():
    UserFactory(email="ann@example.com", password=PASSWORD)

    assert _sign_in("Ann@EXAMPLE.com").status_code == 200


def test_unknown_wrong_passwordless_suspended_and_erased_look_the_same():
    UserFactory(username="known", password=PASSWORD)
    UserFactory(username="tokens_only")
    closed = UserFactory(username="closed", password=PASSWORD)
    account_suspend(user_id=closed.pk, at=NOON)
    erased = UserFactory(username="erased", password=PASSWORD)
    erasure_request(user_id=erased.pk, at=NOON)

    responses = [
        _sign_in("nobody"),
        _sign_in("known", "wrong-guess-12"),
        _sign_in("tokens_only", ""),
        _sign_in("tokens_only", "!guess"),
        _sign_in("closed", "wrong-guess-12"),
        _sign_in("erased"),
    ]

    assert [r.status_code for r in responses] == [401, 401, 400, 401, 401, 401]
    assert len({(r.json()["message"], r.json()["error"]["code"]) for r in responses[:2]}) == 1
    assert responses[3].json()["error"] == responses[0].json()["error"]
    assert responses[4].json()["error"] == responses[0].json()["error"]
    assert responses[5].json()["error"] == responses[0].json()["error"]
    assert responses[0].json()["error"]["code"] == "no_active_account"
    assert not Session.objects.exists()


class CountingHasher(Argon2):
    """The real one, counting how often it works."""

    hashings = 0

    def encode(self, password, salt):
        CountingHasher.hashings += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        CountingHasher.hashings += 1
        return super().verify(password, encoded)


def test_whatever_the_name_one_password_is_hashed(settings):
    UserFactory(username="known", password=PASSWORD)
    UserFactory(username="tokens_only")
    settings.PASSWORD_HASHERS = ["profiles.tests.test_sign_in.CountingHasher"]

    hashings = []
    for name in ("known", "tokens_only", "nobody", "nobody@example.com"):
        CountingHasher.hashings = 0
        assert _sign_in(name, "wrong-guess-12").status_code == 401
        hashings.append(CountingHasher.hashings)

    assert hashings == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "ann"},
        {"username": None, "password": PASSWORD},
        {"username": {"a": 1}, "password": PASSWORD},
        {"username": "ann", "password": ["x"]},
        {"username": "a\u0000", "password": PASSWORD},
        {"username": "ann", "password": "p" * 129},
    ],
)
def test_malformed_credentials_are_refused(body):
    response = client_for().post("/api/auth/token", body)

    assert response.status_code == 400
    assert not Session.objects.exists()


def test_a_lone_surrogate_is_refused():
    raw = b'{"username": "\\ud800", "password": "x"}'

    response = client_for().generic("POST", "/api/auth/token", raw, "application/json")

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "surrogate_characters_not_allowed"


def test_a_stale_access_token_does_not_keep_anybody_out():
    UserFactory(username="ann", password=PASSWORD)

    assert _sign_in("ann", HTTP_AUTHORIZATION="Bearer expired.or.forged").status_code == 200


@pytest.mark.usefixtures("one_rate_window")
def test_guessing_at_one_account_ends_whatever_addresses_the_guesses_claim():
    UserFactory(username="ann", password=PASSWORD)
    spellings = ["ann", "ANN", "Ann"]
    statuses = [
        _sign_in(
            spellings[n % 3],
            "wrong-guess-12",
            REMOTE_ADDR=f"203.0.113.{n}",
            HTTP_X_FORWARDED_FOR=f"198.51.100.{n}",
        ).status_code
        for n in range(11)
    ]

    assert statuses == [401] * 10 + [429]
    right = _sign_in("ann", REMOTE_ADDR="203.0.113.99")
    assert right.status_code == 429
    assert int(right["Retry-After"]) > 0


@pytest.mark.usefixtures("one_rate_window")
def test_guessing_from_one_address_ends_whatever_it_claims():
    statuses = [
        _sign_in(f"nobody_{n}", "wrong-guess-12", HTTP_X_FORWARDED_FOR=f"1.2.3.{n}").status_code
        for n in range(31)
    ]

    assert statuses == [401] * 30 + [429]
